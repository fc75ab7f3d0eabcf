"""The template process, seen from the service: it is asked for workers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from service.media.sandbox import wire
from service.media.sandbox.errors import SandboxUnavailable
from service.media.sandbox.worker import Worker

TEMPLATE = "service.media.sandbox.inside.template"
DECODER = "service.media.sandbox.inside.decoding:decode"
PATIENCE_S = 60.0  # for a process to start on a machine that is very busy
# numpy's linear algebra would start threads, and a process with threads must not fork.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class _Asked:
    """The service's ends of the lines to a worker that is about to be born, and to its register."""

    line: socket.socket
    register: socket.socket

    def close(self) -> None:
        self.line.close()
        self.register.close()


class _BirthError(Exception):
    """The template gave no worker."""


class Nursery:
    """Starts the template when it is first needed, and anew if it has ended; for any thread.

    A context manager: the template ends with it. One worker is always born ahead, so that nobody waits for a
    birth. It has no file until it is taken, and no worker is used twice.

    Parameters
    ----------
    idle_s
        How long workers may say nothing when they are listened to.
    decoder
        ``module:function`` that workers run, see :data:`service.media.sandbox.inside.worker.Decode`.
    """

    def __init__(self, idle_s: float, decoder: str = DECODER) -> None:
        self._idle_s = idle_s
        self._decoder = decoder
        self._lock = threading.Lock()
        self._spare: _Asked | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The template's process number; None while there is none."""
        return None if self._process is None else self._process.pid

    def worker(self) -> Worker:
        """A new worker, which waits for a job; close it after use.

        Raises
        ------
        SandboxUnavailable
            Processes cannot be started.
        """
        with self._lock:
            asked = self._spare or self._ask()
            self._spare = None
            with suppress(SandboxUnavailable):  # the next one who needs a worker is told
                self._spare = self._ask()
        try:
            return self._born(asked)
        except _BirthError:  # with the template of before, which has ended meanwhile
            with self._lock:
                asked = self._ask()
        try:
            return self._born(asked)
        except _BirthError as error:
            raise SandboxUnavailable(str(error)) from error

    def close(self) -> None:
        """End the template; workers that are left end with it."""
        with self._lock:
            self._stop()

    def _ask(self) -> _Asked:
        """Ask the template for a worker, and do not wait for it."""
        line, its_line = wire.pair()
        register, its_register = wire.pair()
        with its_line, its_register:
            files = (its_line.fileno(), its_register.fileno())
            try:
                self._send_to_template(files)
            except BaseException:
                line.close()
                register.close()
                raise
        return _Asked(line, register)

    def _send_to_template(self, files: tuple[int, int]) -> None:
        try:
            wire.send(self._running(), {"fork": True}, files)
        except OSError:  # it has just ended
            self._stop()
            wire.send(self._running(), {"fork": True}, files)

    def _born(self, asked: _Asked) -> Worker:
        asked.register.settimeout(PATIENCE_S)
        try:
            _, (process,) = wire.receive(asked.register, 1)
        except (EOFError, OSError) as error:
            asked.close()
            raise _BirthError(f"The template gives no worker: {error}.") from error
        return Worker(asked.line, asked.register, process, self._idle_s)

    def _running(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._line is None:
            self._start()
        assert self._line is not None, "just started"
        return self._line

    def _start(self) -> None:
        line, its_line = wire.pair()
        with its_line:
            self._line, self._process = line, _spawn(its_line.fileno(), self._decoder)
        line.settimeout(PATIENCE_S)
        try:
            wire.receive(line)
        except (EOFError, OSError) as error:
            self._stop()
            raise SandboxUnavailable(f"The template process does not start: {error}.") from error

    def _stop(self) -> None:
        if self._spare is not None:
            self._spare.close()
            self._spare = None
        if self._line is not None:
            self._line.close()  # at which it ends
        if self._process is not None:
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._line = self._process = None


def _spawn(descriptor: int, decoder: str) -> subprocess.Popen[bytes]:
    """Start Python with the same packages, and with nothing else of this process's environment or files."""
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **ONE_THREAD}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", TEMPLATE, str(descriptor), decoder],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[descriptor],
        start_new_session=True,  # a Ctrl-C at the terminal is for the service
    )
