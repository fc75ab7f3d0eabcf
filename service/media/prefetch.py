"""Decoding ahead of the consumer, in a thread of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

from service.background import step_back
from service.carrying import carrying
from service.watch import each_timed

T = TypeVar("T")

DEPTH = 8  # frames; evens out slow key frames, and holds 22 MB of 720p


class ReadAhead(Generic[T]):
    """An iterator whose source runs in a thread, at most `depth` items ahead.

    An error of the source comes to the consumer after the items before it. Leaving the context stops the
    thread, even in the middle, and waits for it: for the one item that the source may be working on.
    The source itself is not closed; its owner does that afterwards. Made by :func:`read_ahead`.
    """

    def __init__(self, source: Iterable[T], depth: int) -> None:
        if depth < 1:
            raise ValueError(f"depth is {depth}; it must be at least 1")
        self._source = source
        self._depth = depth
        self._ready: deque[T] = deque()
        self._error: BaseException | None = None
        self._finished = False
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=carrying(self._produce), name="read-ahead", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        if self._thread.ident is None:
            raise RuntimeError("read_ahead is a context manager: enter it before iterating")
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._finished or self._closed)
            if self._ready:
                self._changed.notify_all()
                return self._ready.popleft()
            error, self._error = self._error, None
        if error is not None:
            raise error
        raise StopIteration

    def close(self) -> None:
        """Stop the thread and wait for it; may be called twice."""
        with self._changed:
            self._closed = True
            self._ready.clear()
            self._error = None
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def _produce(self) -> None:
        step_back()
        error: BaseException | None = None
        try:
            for item in each_timed("decode", self._source):
                if not self._hand_over(item):
                    break
        except BaseException as caught:  # it is the consumer's, whatever it is
            error = caught
        with self._changed:
            self._error = None if self._closed else error
            self._finished = True
            self._changed.notify_all()

    def _hand_over(self, item: T) -> bool:
        """Wait for room and put the item there; false if nobody wants it any more."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._ready) < self._depth or self._closed)
            if not self._closed:
                self._ready.append(item)
                self._changed.notify_all()
            return not self._closed


def read_ahead(source: Iterable[T], depth: int = DEPTH) -> ReadAhead[T]:
    """Run an iterable in a thread of its own: ``with read_ahead(video) as frames: for frame in frames: ...``.

    Parameters
    ----------
    source
        Iterated only in that thread.
    depth
        Items that may wait; one more is held by the source. Bounds the memory.

    Raises
    ------
    ValueError
        `depth` is below 1.
    """
    return ReadAhead(source, depth)
