"""The newest item of a source that does not wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Newest(Generic[T]):
    """Runs a source in a thread of its own and keeps its newest item; older ones not taken are given up.

    Begins when the first item is asked for. A context manager: when it is left, the thread has ended and
    the source is closed.

    Parameters
    ----------
    source
        Gives an item when there is one, within a second or so.
    given_up
        Called in the source's thread with each item that a newer one replaced.

    Attributes
    ----------
    failure
        The error that ended the source; None if it just ended, or was stopped.
    """

    def __init__(self, source: Generator[T], given_up: Callable[[T], None]) -> None:
        self._source = source
        self._given_up = given_up
        self._waiting: list[T] = []  # at most one
        self.failure: Exception | None = None
        self._ended = False
        self._stopping = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="flowpose-camera", daemon=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._thread.ident is None:
            self._source.close()
        else:
            self._thread.join()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        """Wait for an item that was not given yet."""
        if self._thread.ident is None:
            self._thread.start()
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            if self._waiting:
                return self._waiting.pop()
        raise StopIteration

    def stop(self) -> None:
        """Ask the source for no more; may be called at any time, also by a signal's handler."""
        self._stopping = True

    def _work(self) -> None:
        try:
            for item in self._source:
                if self._stopping:
                    break
                self._put(item)
        except Exception as error:
            self.failure = error
        finally:
            self._source.close()
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _put(self, item: T) -> None:
        with self._changed:
            replaced, self._waiting = self._waiting, [item]
            self._changed.notify_all()
        for old in replaced:
            self._given_up(old)
