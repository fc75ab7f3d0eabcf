from __future__ import annotations

import asyncio

import pytest

from service.api.stream.together import first_of


async def fail() -> str:
    raise ValueError("it failed")


async def give(what: str, turns: int) -> str:
    for _ in range(turns):
        await asyncio.sleep(0)
    return what


def test_the_first_to_end_is_the_result() -> None:
    async def run() -> str:
        return await first_of(give("slow", 50), give("fast", 1))

    assert asyncio.run(run()) == "fast"


def test_the_first_to_fail_is_raised() -> None:
    async def run() -> str:
        return await first_of(give("slow", 50), fail())

    with pytest.raises(ValueError, match="it failed"):
        asyncio.run(run())


@pytest.mark.parametrize("cancelled", [False, True])
def test_the_others_have_ended_when_it_is_over(cancelled: bool) -> None:
    ended = []

    async def wait_for_ever() -> str:
        try:
            return await asyncio.Event().wait() and ""
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    async def run() -> None:
        task = asyncio.create_task(first_of(wait_for_ever(), wait_for_ever(), give("done", 5)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if cancelled:
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert ended == [True, True]

    asyncio.run(run())
