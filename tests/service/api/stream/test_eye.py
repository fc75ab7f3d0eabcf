from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from service.api.stream.eye import Eye
from service.api.stream.mailbox import Parcel
from service.api.stream.messages import PoseMessage
from service.engine import Engine
from service.errors import Problem
from service.media.limits import MediaLimits
from service.networks.catalogue import ModelUnknown
from service.options import Options, Stage
from tests.running import eventually
from tests.streaming import encoded, picture, stream_threads

LOOKAHEAD = 2
SOON = Options(lookahead=LOOKAHEAD)


def parcel(n: int, data: bytes | None = None, capture_us: int | None = None) -> Parcel:
    return Parcel(n, n * 40_000 if capture_us is None else capture_us, data or encoded(picture(n)), 0.0)


def with_eye(engine: Engine, work: Callable[[Eye], Awaitable[None]]) -> None:
    """Run something with an open eye, and see that no thread is left."""

    async def run() -> None:
        async with Eye(engine, SOON, MediaLimits(max_pixels=500_000)) as eye:
            await eye.open()
            await work(eye)

    asyncio.run(run())
    assert eventually(lambda: stream_threads() == [])


def told(answers: list[PoseMessage] | Problem) -> list[tuple[int, Stage]]:
    assert isinstance(answers, list), answers
    return [(answer.seq, answer.stage) for answer in answers]


def test_every_picture_is_answered_at_once_and_again_when_its_time_has_come(engine: Engine) -> None:
    async def work(eye: Eye) -> None:
        for n in range(4):
            finals = [(n - LOOKAHEAD, Stage.FINAL)] if n >= LOOKAHEAD else []
            seen = told(await eye.see(parcel(n)))
            assert seen[0] == (n, Stage.PROVISIONAL)
            assert seen[1:] + told(await eye.settle()) == finals  # those that are ready come at once
        assert told(await eye.finish()) == [(2, Stage.FINAL), (3, Stage.FINAL)]

    with_eye(engine, work)


def test_a_bad_picture_is_told_and_leaves_no_trace(engine: Engine) -> None:
    good = encoded(picture(0))
    small = encoded(picture(0)[:100])

    async def refused(eye: Eye, bad: Parcel) -> str:
        problem = await eye.see(bad)
        assert isinstance(problem, Problem)
        return problem.name

    async def work(eye: Eye) -> None:
        assert await refused(eye, parcel(9, b"garbage")) == "not-an-image"
        assert await refused(eye, parcel(9, good[: len(good) // 8])) == "not-an-image"
        await eye.see(parcel(1))
        assert await refused(eye, parcel(2, small)) == "frame-size-changed"
        assert await refused(eye, parcel(2, good, 40_000)) == "timestamp-not-increasing"
        assert await refused(eye, parcel(2, good, 39_999)) == "timestamp-not-increasing"
        assert told(await eye.see(parcel(2, good, 40_001))) == [(2, Stage.PROVISIONAL)]

    with_eye(engine, work)


@pytest.mark.parametrize("first", [0, 1_760_000_000_000_000, 2**64 - 10**9])
def test_a_clock_may_begin_anywhere(engine: Engine, first: int) -> None:
    async def work(eye: Eye) -> None:
        for n in range(3):
            answers = await eye.see(parcel(n, capture_us=first + n * 40_000))
            assert isinstance(answers, list)
            assert answers[0].time_s == pytest.approx((first + n * 40_000) / 1e6, abs=0.005)

    with_eye(engine, work)


def test_a_network_that_does_not_exist(engine: Engine) -> None:
    async def run() -> None:
        async with Eye(engine, Options(model="none-such"), MediaLimits()) as eye:
            await eye.open()

    with pytest.raises(ModelUnknown):
        asyncio.run(run())
