"""A worker process, seen from the service."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from pydantic import ValidationError

from service.errors import Problem
from service.media import errors as media_errors
from service.media.sandbox import wire
from service.media.sandbox.errors import DecoderCrashed, DecoderMisbehaved, DecoderStalled
from service.media.sandbox.job import Job
from service.media.sandbox.messages import MESSAGES, Failed, Message, OutOfMemory, Taken, Trouble

M = TypeVar("M")
T = TypeVar("T")

logger = logging.getLogger(__name__)

FREE = b"."
BURIAL_S = 10.0  # to learn how a process ended that has been killed
PROBLEMS = {  # that a file can have; a worker can raise no others
    kind.name: kind
    for kind in vars(media_errors).values()
    if isinstance(kind, type) and issubclass(kind, Problem) and kind is not Problem
}


class Worker:
    """Does one job; made by :class:`~service.media.sandbox.nursery.Nursery`, for one thread at a time.

    Parameters
    ----------
    line
        To the worker.
    register
        To the template, which says how the worker ended.
    process
        Descriptor of the process.
    idle_s
        How long it may say nothing when it is listened to.
    """

    def __init__(self, line: socket.socket, register: socket.socket, process: int, idle_s: float) -> None:
        self._line = line
        self._register = register
        self._process = process
        self._idle_s = idle_s
        self._closed = False
        self._memory_bytes = 0
        line.settimeout(idle_s)
        register.settimeout(BURIAL_S)

    def begin(self, job: Job, file: int | None = None) -> None:
        """Give it its job and an open file, and wait until it has taken them.

        Raises
        ------
        DecoderCrashed
            It ended before it saw the file.
        DecoderStalled, DecoderMisbehaved
        """
        self._memory_bytes = job.memory_bytes
        self._on_line(lambda: wire.send(self._line, job.to_message(), [] if file is None else [file]))
        self.hear(Taken)

    def lend(self, slots: int, ring: int) -> None:
        """Give it the memory for its frames. Raises as :meth:`begin`."""
        self._on_line(lambda: wire.send(self._line, {"slots": slots}, [ring]))

    def take_back(self) -> None:
        """Tell it that its oldest slot is free. If it has ended, what it said before can still be heard."""
        with suppress(ConnectionError):
            self._within_time(lambda: self._line.send(FREE))

    def hear(self, *kinds: type[M]) -> M:
        """Wait for what it says, which must be of these kinds.

        Raises
        ------
        Problem
            What the worker found wrong with the file.
        DecoderCrashed, DecoderStalled, DecoderMisbehaved
        """
        data = self._on_line(self._datagram)
        if not data:
            raise self._crash()
        message = self._understood(data)
        if isinstance(message, kinds):
            return message
        raise self._trouble(message)

    def close(self) -> None:
        """End the process if it has not ended, and wait until it is gone; may be called twice."""
        if not self._closed:
            self._closed = True
            self._end()
            os.close(self._process)
            self._register.close()
            self._line.close()

    def _datagram(self) -> bytes:
        try:
            return self._line.recv(wire.MAX_MESSAGE + 1)
        except ConnectionResetError:  # it ended without hearing everything; what it said is still there
            return self._line.recv(wire.MAX_MESSAGE + 1)

    def _on_line(self, exchange: Callable[[], T]) -> T:
        try:
            return self._within_time(exchange)
        except ConnectionError as error:
            raise self._crash() from error

    def _within_time(self, exchange: Callable[[], T]) -> T:
        try:
            return exchange()
        except TimeoutError as error:
            self._kill()
            raise DecoderStalled(f"No new frame came in {self._idle_s:g} s.") from error

    def _understood(self, data: bytes) -> Message:
        try:
            return MESSAGES.validate_json(data)
        except ValidationError as error:
            self._kill()
            first = error.errors(include_input=False, include_url=False)[0]
            raise DecoderMisbehaved(f"It sent a message that is not valid: {first['msg']}.") from error

    def _trouble(self, message: Message) -> Problem:
        """What an unexpected message means."""
        if isinstance(message, Trouble) and message.name in PROBLEMS:
            return PROBLEMS[message.name](message.detail)
        if isinstance(message, OutOfMemory):
            return DecoderCrashed(f"It needed more than {self._memory_bytes >> 20:,} MiB of memory.")
        if isinstance(message, Failed):
            logger.error("the decoder failed: %r", message.told)  # repr, for the text is not ours
            return DecoderCrashed("It failed in a way that nobody foresaw; the server's log says more.")
        self._kill()
        return DecoderMisbehaved(f"It sent {message.kind!r} when that makes no sense.")

    def _crash(self) -> DecoderCrashed:
        """Say how the process ended; one that has only closed its line is ended."""
        status = self._end()
        if status is None:
            return DecoderCrashed("Its process is gone, and nobody knows how it ended.")
        if status == -signal.SIGXCPU:
            return DecoderCrashed("It took more CPU time than a video of this length may.")
        if status < 0:
            return DecoderCrashed(f"Its process was ended by {signal.Signals(-status).name}.")
        return DecoderCrashed(f"Its process ended with status {status} before it was done.")

    def _end(self) -> int | None:
        """Kill the process unless it has ended, and give the status of its end, negative for a signal."""
        self._kill()
        with suppress(EOFError, OSError, KeyError, ValueError):
            return int(wire.receive(self._register)[0]["status"])
        return None

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
