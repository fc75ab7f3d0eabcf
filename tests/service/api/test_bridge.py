from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from service.api.bridge import Bridge


class Source:
    """Counts to `count`, then fails if it is told to; remembers what happened to it."""

    def __init__(self, count: int, error: Exception | None = None) -> None:
        self.count = count
        self.error = error
        self.given = 0
        self.closed = threading.Event()
        self.thread: threading.Thread | None = None
        self.cancelled: threading.Event | None = None

    def __call__(self, cancelled: threading.Event) -> Iterator[int]:
        self.cancelled = cancelled
        return self._items()

    def _items(self) -> Iterator[int]:
        self.thread = threading.current_thread()
        try:
            while self.given < self.count:
                self.given += 1
                yield self.given
            if self.error is not None:
                raise self.error
        finally:
            self.closed.set()

    def is_over(self) -> bool:
        return self.closed.is_set() and self.thread is not None and not self.thread.is_alive()


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 60))


def test_all_items_come_in_order() -> None:
    async def test() -> None:
        source = Source(1000)
        async with Bridge(source, ahead=3) as bridge:
            assert [item async for item in bridge] == list(range(1, 1001))
        assert source.is_over()

    run(test)


def test_an_error_comes_after_the_items_before_it() -> None:
    async def test() -> None:
        source = Source(2, ValueError("no more"))
        async with Bridge(source) as bridge:
            assert [await anext(bridge), await anext(bridge)] == [1, 2]
            for _ in range(2):
                with pytest.raises(ValueError, match="no more"):
                    await anext(bridge)
        assert source.is_over()

    run(test)


def test_an_error_of_the_making_itself_is_raised_too() -> None:
    def make(cancelled: threading.Event) -> Iterator[int]:
        raise KeyError("not even begun")

    async def test() -> None:
        async with Bridge(make) as bridge:
            with pytest.raises(KeyError):
                await anext(bridge)

    run(test)


def test_the_source_waits_for_a_slow_reader() -> None:
    async def test() -> None:
        source = Source(1000)
        async with Bridge(source, ahead=4) as bridge:
            for taken in range(1, 20):
                await anext(bridge)
                await asyncio.sleep(0.005)
                # Those that wait, and one in the hand of the thread.
                assert source.given <= taken + 5
        assert source.given < 30

    run(test)


def test_leaving_early_stops_and_closes_the_source() -> None:
    async def test() -> None:
        source = Source(10**9)
        async with Bridge(source) as bridge:
            assert await anext(bridge) == 1
        assert source.is_over()
        assert source.cancelled is not None
        assert source.cancelled.is_set()

    run(test)


def test_leaving_without_taking_anything_stops_a_source_that_waits() -> None:
    async def test() -> None:
        source = Source(10**9)
        async with Bridge(source, ahead=1):
            while source.given < 2:
                await asyncio.sleep(0.001)
        assert source.is_over()

    run(test)


def test_an_error_in_the_block_stops_the_source() -> None:
    async def test() -> None:
        source = Source(10**9)
        with pytest.raises(RuntimeError):
            async with Bridge(source):
                raise RuntimeError
        assert source.is_over()

    run(test)


def test_what_was_asked_for_is_gone_with_the_block_and_not_with_the_garbage_collector() -> None:
    async def test() -> None:
        source = Source(3)
        alive = weakref.ref(source)
        async with Bridge(source) as bridge:
            del source
            assert [item async for item in bridge] == [1, 2, 3]
        assert alive() is None

    gc.disable()
    try:
        run(test)
    finally:
        gc.enable()


def test_the_event_loop_turns_while_the_source_works() -> None:
    async def test() -> None:
        go_on = threading.Event()

        def make(cancelled: threading.Event) -> Iterator[int]:
            go_on.wait()
            yield 1

        async with Bridge(make) as bridge:
            item = asyncio.ensure_future(anext(bridge))
            await asyncio.sleep(0)
            assert not item.done()
            go_on.set()
            assert await item == 1

    run(test)
