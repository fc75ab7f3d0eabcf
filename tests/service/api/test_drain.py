from __future__ import annotations

import asyncio
import threading

import pytest

from service.api.drain import Drain
from service.api.problems import Draining

SHORT_S = 1.0  # of grace: the shortest in which the steps can be told apart


def test_nothing_is_refused_before_the_end_begins() -> None:
    drain = Drain(60)
    drain.check()
    drain.check_cut()
    assert not drain.draining


def test_with_nothing_under_way_it_ends_at_once_and_everybody_is_told() -> None:
    told = threading.Event()

    async def tell() -> None:
        told.set()

    async def go() -> None:
        drain = Drain(60)
        drain.also(tell)
        async with asyncio.timeout(5):
            await asyncio.gather(drain.run(), drain.run())
        with pytest.raises(Draining):
            drain.check()

    asyncio.run(go())
    assert told.is_set()


def test_a_farewell_that_fails_stops_nobody() -> None:
    async def fail() -> None:
        raise OSError("the store is gone")

    async def go() -> None:
        drain = Drain(60)
        drain.also(fail)
        await drain.run()

    asyncio.run(go())


def test_work_under_way_is_waited_for() -> None:
    async def go() -> list[str]:
        drain, order = Drain(60), []

        async def work() -> None:
            async with drain.request():
                while not drain.draining:
                    await asyncio.sleep(0.01)
                await asyncio.sleep(0.2)
                order.append("work")

        working = asyncio.create_task(work())
        await asyncio.sleep(0.05)
        assert drain.under_way == 1
        await drain.run()
        order.append("end")
        await working
        return order

    assert asyncio.run(go()) == ["work", "end"]


def test_who_has_not_begun_to_answer_is_refused_when_time_is_over() -> None:
    async def go() -> None:
        drain = Drain(SHORT_S)

        async def work() -> None:
            async with drain.request():
                await asyncio.sleep(60)

        working = asyncio.create_task(work())
        await asyncio.sleep(0)
        await drain.run()
        with pytest.raises(Draining, match="send it again"):
            await working
        assert drain.under_way == 0

    asyncio.run(go())


def test_who_answers_is_told_between_two_frames_and_then_cut_off() -> None:
    async def go() -> None:
        drain, seen = Drain(SHORT_S), []

        async def answer() -> None:
            async with drain.request() as begins:
                begins()
                try:
                    for frame in drain.until_cut(range(10_000)):
                        seen.append(frame)
                        await asyncio.sleep(0.01)
                except Draining:
                    seen.append(-1)
                await asyncio.sleep(60)  # nobody reads the last line

        answering = asyncio.create_task(answer())
        await asyncio.sleep(0)
        await drain.run()
        with pytest.raises(Draining):
            await answering
        assert 1 < len(seen) < 10_000
        assert seen[-1] == -1

    asyncio.run(go())


def test_a_timeout_of_the_work_itself_is_not_taken_for_the_end() -> None:
    async def go() -> None:
        async with Drain(60).request():
            raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        asyncio.run(go())


def test_in_a_hurry_nothing_is_waited_for() -> None:
    async def go() -> None:
        drain = Drain(3600)

        async def work() -> None:
            async with drain.request():
                await asyncio.sleep(60)

        working = asyncio.create_task(work())
        ending = asyncio.create_task(drain.run())
        await asyncio.sleep(0.05)
        drain.hurry()
        async with asyncio.timeout(5):
            await ending
        with pytest.raises(Draining):
            await working

    asyncio.run(go())
