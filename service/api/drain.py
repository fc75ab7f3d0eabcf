"""The end of the service's life: nothing new, then what is under way, then nothing."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import TypeVar

from service.api.problems import Draining

T = TypeVar("T")

# Parts of the grace period, after which more force is used; the rest is for closing networks and the process.
CUT_AT = 0.7
ABORT_AT = 0.85
PATIENCE_S = 0.1  # between two looks at the clock; the web server's own is as long

logger = logging.getLogger(__name__)


class Drain:
    """Belongs to the event loop; threads may only ask whether they are to stop.

    Parameters
    ----------
    grace_s
        Seconds from being told to stop to the end of the process (`FLOWPOSE_GRACE_S`).
    """

    def __init__(self, grace_s: float) -> None:
        self.grace_s = grace_s
        self._began_s: float | None = None
        self._cut = threading.Event()
        self._hurried = False
        self._farewells: list[Callable[[], Awaitable[object]]] = []
        self._waiting: set[asyncio.Timeout] = set()  # of requests that have not begun to answer
        self._answering: set[asyncio.Timeout] = set()
        self._done: asyncio.Task[None] | None = None

    @property
    def draining(self) -> bool:
        """Whether the end has begun; true from the moment of the signal."""
        return self._began_s is not None

    @property
    def under_way(self) -> int:
        """Requests that are not answered in full."""
        return len(self._waiting) + len(self._answering)

    def also(self, farewell: Callable[[], Awaitable[object]]) -> None:
        """Have something done as soon as the end begins: tell streams, park jobs. It may take its time."""
        self._farewells.append(farewell)

    def check(self) -> None:
        """Return while new work is taken.

        Raises
        ------
        Draining
            It is not any more.
        """
        if self.draining:
            raise Draining("The server stops or starts anew; come again in some seconds.")

    def check_cut(self) -> None:
        """Return while work under way may go on; for any thread.

        Raises
        ------
        Draining
            The time for it is over.
        """
        if self._cut.is_set():
            raise _cut_off()

    def until_cut(self, items: Iterable[T]) -> Iterator[T]:
        """The same items, while there is time; for any thread.

        Raises
        ------
        Draining
            There is none left.
        """
        for item in items:
            yield item
            self.check_cut()

    @asynccontextmanager
    async def request(self) -> AsyncIterator[Callable[[], None]]:
        """Count the block as a request that is to end before the process does.

        Yields
        ------
        To be called when the answer begins.

        Raises
        ------
        Draining
            The block was cancelled because time was over.
        """
        try:
            async with asyncio.timeout(None) as limit:
                self._waiting.add(limit)
                yield lambda: self._begin_answer(limit)
        except TimeoutError:
            if limit.expired():
                raise _cut_off() from None
            raise
        finally:
            self._waiting.discard(limit)
            self._answering.discard(limit)

    def _begin_answer(self, limit: asyncio.Timeout) -> None:
        if limit in self._waiting:
            self._waiting.remove(limit)
            self._answering.add(limit)

    def begin(self) -> None:
        """Take nothing new from now on; may be called in a signal handler, and twice."""
        if self._began_s is None:
            self._began_s = time.monotonic()

    def hurry(self) -> None:
        """Wait for nothing any more; may be called in a signal handler."""
        self.begin()
        self._hurried = True
        self._cut.set()

    async def run(self) -> None:
        """Return when nothing is under way, at the latest shortly before the grace period ends.

        Whoever calls this later waits for the same end.
        """
        if self._done is None:
            self.begin()
            self._done = asyncio.create_task(self._end())
        await asyncio.shield(self._done)

    async def _end(self) -> None:
        logger.info("stopping: %d requests are under way, %g s for them", self.under_way, self.grace_s)
        told = asyncio.gather(*(self._tell(farewell) for farewell in self._farewells))
        await self._quiet(CUT_AT, told)
        if self.under_way:
            logger.warning("stopping: %d requests are cut off", self.under_way)
        self._cut.set()
        _expire(self._waiting)
        await self._quiet(ABORT_AT, told)
        _expire(self._answering)
        told.cancel()
        await asyncio.sleep(0)  # so that those who were cancelled unwind

    async def _tell(self, farewell: Callable[[], Awaitable[object]]) -> None:
        try:
            await farewell()
        except Exception:
            logger.exception("stopping: something could not be ended in order")

    async def _quiet(self, part: float, told: asyncio.Future[list[None]]) -> None:
        """Wait until nothing is under way, but no longer than a part of the grace period."""
        assert self._began_s is not None, "it has begun"
        until_s = self._began_s + part * self.grace_s
        while (self.under_way or not told.done()) and not self._hurried:
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                return
            await asyncio.sleep(min(PATIENCE_S, left_s))


def _cut_off() -> Draining:
    return Draining("The server stops, and there was no time to finish this; send it again.")


def _expire(limits: set[asyncio.Timeout]) -> None:
    for limit in list(limits):
        if not limit.expired():
            limit.reschedule(asyncio.get_running_loop().time())
