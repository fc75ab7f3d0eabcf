"""Who is told what happens while frames are worked on: a contextual variable, as a request or a job sets it.

The rooms inside tell; they know neither metrics nor logs nor traces. Threads that work for a request are
started with its context (:mod:`service.carrying`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")


class Watch:
    """Told of the work for one request, stream or job, by several threads; this one does not listen."""

    @property
    def ids(self) -> Mapping[str, str]:
        """What the work is called in logs: ``request_id``, ``stream_id``, ``job_id``."""
        return {}

    def stage(self, stage: str, seconds: float) -> None:
        """One frame, or one batch of its people, took so long in a stage."""

    def answered(self, mode: str, stage: str) -> None:
        """One frame was answered: ``file`` or ``live``, ``provisional`` or ``final``."""

    def dropped(self, reason: str) -> None:
        """One picture of a stream was not worked on."""

    def lagged(self, seconds: float) -> None:
        """A picture of a stream waited so long before its turn came."""

    def sent(self, stage: str, seconds: float) -> None:
        """An answer of a stream left so long after its picture came."""

    def waited(self, seconds: float) -> None:
        """Crops waited so long for the network."""

    def ran(self, crops: int) -> None:
        """The network ran one batch."""

    def told(self, kind: type[Exception], name: str) -> None:
        """A problem was told to the client."""


_DEAF = Watch()
_CURRENT: ContextVar[Watch] = ContextVar("flowpose_watch", default=_DEAF)


def watch() -> Watch:
    """Who watches the work of this task or thread."""
    return _CURRENT.get()


@contextmanager
def watched_by(watch: Watch) -> Iterator[None]:
    """Let the block, and the threads that are started in it, be watched."""
    token = _CURRENT.set(watch)
    try:
        yield
    finally:
        _CURRENT.reset(token)


@contextmanager
def timed(stage: str) -> Iterator[None]:
    """Tell the watch how long the block takes, as one ``stage``."""
    started = time.perf_counter()
    try:
        yield
    finally:
        watch().stage(stage, time.perf_counter() - started)


def each_timed(stage: str, items: Iterable[T]) -> Iterator[T]:
    """The same items; making each one is a ``stage``."""
    source = iter(items)
    while True:
        started = time.perf_counter()
        try:
            item = next(source)
        except StopIteration:
            return
        watch().stage(stage, time.perf_counter() - started)
        yield item
