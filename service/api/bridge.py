"""From a blocking iterator in a thread to the event loop, a few items ahead and no more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import TracebackType
from typing import Generic, Self, TypeVar

from service.carrying import carrying

T = TypeVar("T")

AHEAD = 16  # items that may wait for a slow reader; a line of a frame is about a kilobyte


class Bridge(Generic[T]):
    """Runs an iterator in a thread of its own and hands its items over in order.

    Use as ``async with``: when the block is left, by whatever way, the iterator has been told to stop,
    has been closed, and its thread has ended.

    Parameters
    ----------
    make
        Called in the thread; gets an event that is set when nobody wants more, and gives the iterator.
        What the iterator holds it must let go of in ``finally``, as generators do when closed.
    ahead
        How many items may wait; then the thread does, until one is taken.
    """

    def __init__(self, make: Callable[[threading.Event], Iterator[T]], ahead: int = AHEAD) -> None:
        self._cancelled = threading.Event()
        self._places = threading.Semaphore(ahead)
        self._loop = asyncio.get_running_loop()
        self._items: asyncio.Queue[T | BaseException] = asyncio.Queue()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(
            target=carrying(partial(self._work, make)), name="flowpose-answer", daemon=True
        )

    async def __aenter__(self) -> Self:
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cancelled.set()
        self._places.release()  # the thread may be waiting for one
        await self._ended.wait()
        self._thread.join()  # nothing is left for it to do

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        """Wait for the next item; errors of the iterator are raised here."""
        item = await self._items.get()
        if isinstance(item, BaseException):
            self._items.put_nowait(item)  # so that asking again does not wait for ever
            raise item
        self._places.release()
        return item

    def _work(self, make: Callable[[threading.Event], Iterator[T]]) -> None:
        # Held by its thread alone: the bridge, once it has raised what it keeps, is part of a cycle, and
        # the encoder of an overlay would live on with its threads until the garbage collector comes.
        last: BaseException = StopAsyncIteration()
        try:
            items = make(self._cancelled)
            try:
                self._hand_over(items)
            finally:
                close = getattr(items, "close", None)
                if close is not None:
                    close()
        except BaseException as error:
            last = error
        self._loop.call_soon_threadsafe(self._finish, last)

    def _hand_over(self, items: Iterator[T]) -> None:
        while not self._cancelled.is_set():
            try:
                item = next(items)
            except StopIteration:
                return
            self._places.acquire()
            self._loop.call_soon_threadsafe(self._items.put_nowait, item)

    def _finish(self, last: BaseException) -> None:
        self._items.put_nowait(last)
        self._ended.set()
