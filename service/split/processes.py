"""Workers that are processes of this machine."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from typing import Any

from service.errors import Problem
from service.split.crew import WorkerDied
from service.split.identity import Identity
from service.split.task import Order, Result, Task
from service.split.work import Bench

END_S = 5.0  # for a process to end by itself


class ProcessWorker:
    """A process with a bench of its own; see :class:`service.split.crew.Worker`.

    Parameters
    ----------
    order
        What holds for all segments.
    bench
        What it works on.
    """

    def __init__(self, order: Order, bench: type[Bench] = Bench) -> None:
        context = multiprocessing.get_context("spawn")  # this process has threads, and must not be copied
        self._line, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, order, bench), name="flowpose-worker", daemon=True
        )
        self._process.start()
        self._idle = threading.Lock()
        theirs.close()

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process.pid is not None, "it was started"
        return self._process.pid

    def identity(self) -> Identity:
        """See :meth:`service.split.crew.Worker.identity`; to be asked first, and once."""
        identity: Identity = self._asked(None)
        return identity

    def work(self, task: Task) -> Result:
        """See :meth:`service.split.crew.Worker.work`."""
        result: Result = self._asked(task)
        return result

    def close(self) -> None:
        """See :meth:`service.split.crew.Worker.close`."""
        if self._idle.acquire(blocking=False):
            with suppress(OSError):
                self._line.send(None)
                self._process.join(END_S)
        self._process.kill()
        self._process.join()

    def _asked(self, task: Task | None) -> Any:
        try:
            with self._idle:
                self._line.send(task)
                answer = self._line.recv()
        except (EOFError, OSError) as error:
            self._process.join(END_S)
            raise WorkerDied(f"process {self.pid} ended with status {self._process.exitcode}") from error
        if isinstance(answer, MemoryError):
            raise WorkerDied(f"process {self.pid} had too little memory", out_of_memory=True)
        if isinstance(answer, BaseException):
            raise answer
        return answer


def serve(line: Connection, order: Order, kind: type[Bench]) -> None:
    """Be the worker: open a bench, and answer what is asked until nobody does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal, it is meant for the one who asks
    with ExitStack() as held, suppress(EOFError, BrokenPipeError):
        try:
            line.recv()
            bench = held.enter_context(kind(order))
            line.send(bench.identity())
            while (task := line.recv()) is not None:
                line.send(bench.work(task))
        except (Problem, MemoryError) as error:
            line.send(error)
        except (EOFError, BrokenPipeError):
            raise
        except Exception as error:  # as much of it as can travel
            line.send(RuntimeError(f"{type(error).__name__}: {error}"))
