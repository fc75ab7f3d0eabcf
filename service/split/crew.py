"""Workers, and the segments that they are given; one that dies is replaced, and its segment done again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

from service.split.errors import WorkersDied, WorkersDiffer, WorkersOutOfMemory, WorkersUnreachable
from service.split.identity import Identity
from service.split.task import Result, Task

TRIES = 3  # a segment that ends so many workers is no accident

logger = logging.getLogger(__name__)


class WorkerDied(Exception):  # noqa: N818
    """A worker is gone, with all that it had done of its segment.

    Parameters
    ----------
    told
        How, in words.
    out_of_memory
        It had too little memory.
    """

    def __init__(self, told: str, *, out_of_memory: bool = False) -> None:
        super().__init__(told)
        self.told = told
        self.out_of_memory = out_of_memory


class Worker(Protocol):
    """A process somewhere that does one segment at a time; each method may raise :class:`WorkerDied`."""

    def identity(self) -> Identity:
        """Who it is."""
        ...

    def work(self, task: Task) -> Result:
        """Do a segment, and wait for it."""
        ...

    def close(self) -> None:
        """End it, from any thread, whatever it does; may be called twice."""
        ...


Hire = Callable[[], Worker]
"""Gives a new worker; raises WorkersUnreachable."""


class Crew:
    """So many workers, alike in all that could change an answer; a context manager.

    Parameters
    ----------
    hire
        See :data:`Hire`.
    workers
        How many at the same time. The first is hired at once, the others when they are needed.

    Raises
    ------
    WorkersUnreachable, WorkersDied, Problem
        No first worker can be had.
    """

    def __init__(self, hire: Hire, workers: int) -> None:
        self.workers = workers
        self.deaths = 0
        self._hire = hire
        self._changed = threading.Condition()
        self._closed = False
        self._all: list[Worker] = []
        self._idle: list[Worker] = []
        try:
            first, self.identity = self._introduced()
        except WorkerDied as death:
            raise WorkersDied(f"The first of them died at once: {death.told}") from death
        self._idle.append(first)
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="segment")

    def submit(self, task: Task) -> Future[Result]:
        """Have a segment done.

        Raises
        ------
        Problem
            Here none; from the future, what the worker says.
        WorkersDied, WorkersOutOfMemory
            It ended :data:`TRIES` workers.
        WorkersDiffer, WorkersUnreachable
            Of a worker that was hired for it.
        """
        return self._threads.submit(self._do, task)

    def close(self) -> None:
        """End all workers, whatever they do; may be called twice."""
        with self._changed:
            self._closed = True
            workers, self._all, self._idle = self._all, [], []
            self._changed.notify_all()
        for worker in workers:
            with suppress(WorkerDied):
                worker.close()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _do(self, task: Task) -> Result:
        for _ in range(TRIES):
            try:
                return self._try(task)
            except WorkerDied as death:
                if self._closed:
                    raise
                last = death
                self.deaths += 1
                frames = f"{task.segment.first:,} to {task.segment.end or 'the last'}"
                logger.warning("a worker died over frames %s: %s", frames, death.told)
        told = f"{TRIES} workers ended over the frames from {task.segment.first:,} on; the last: {last.told}"
        raise WorkersOutOfMemory(told) if last.out_of_memory else WorkersDied(told)

    def _try(self, task: Task) -> Result:
        worker = self._taken()
        try:
            result = worker.work(task)
        except BaseException:
            self._dismiss(worker)  # a worker that failed once is not trusted again
            raise
        with self._changed:
            self._idle.append(worker)
            self._changed.notify_all()
        return result

    def _taken(self) -> Worker:
        with self._changed:
            if self._idle:
                return self._idle.pop()
        try:
            worker, identity = self._introduced()
        except WorkersUnreachable as unreachable:
            return self._waited_for(unreachable)
        differences = self.identity.differences(identity)
        if differences:
            self._dismiss(worker)
            raise WorkersDiffer(_told(self.identity, identity, differences))
        return worker

    def _waited_for(self, unreachable: WorkersUnreachable) -> Worker:
        """A worker who has done what it was given: there is no place for one more."""
        logger.warning("there are fewer workers than were asked for: %s", unreachable.detail)
        with self._changed:
            self._changed.wait_for(lambda: self._idle or not self._all)
            if not self._idle:
                raise unreachable
            return self._idle.pop()

    def _introduced(self) -> tuple[Worker, Identity]:
        """A new worker, and who it is."""
        worker = self._hire()
        with self._changed:
            self._all.append(worker)
            closed = self._closed
        try:
            if closed:
                raise WorkerDied("nobody wants it any more")
            return worker, worker.identity()
        except BaseException:
            self._dismiss(worker)
            raise

    def _dismiss(self, worker: Worker) -> None:
        with self._changed:
            if worker in self._all:
                self._all.remove(worker)
            self._changed.notify_all()
        with suppress(WorkerDied):
            worker.close()


def _told(ours: Identity, theirs: Identity, differences: dict[str, tuple[object, object]]) -> str:
    each = "; ".join(
        f"{name} is {one} on one and {other} on the other" for name, (one, other) in differences.items()
    )
    return f"{ours.host} (process {ours.process}) and {theirs.host} (process {theirs.process}): {each}."
