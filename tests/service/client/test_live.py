from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from websockets.asyncio.server import ServerConnection, serve

from service.client import Answer, Dropped, FlowPose, FrameError, PoseAnswer, RemoteProblem, ServerGone
from service.media.frame import Image
from tests.running import RunningServer, eventually
from tests.service.client.conftest import COUNT
from tests.videos import jpeg

LOOKAHEAD = 3
TIMES_S = [n / 30 for n in range(COUNT)]
PATIENT = {"stale_s": 10.0, "lookahead": LOOKAHEAD}  # on a machine that is busy
READY = json.dumps({"type": "ready", "stages": ["provisional", "final"], "limits": {"max_fps": 60.0}})


def shots(pictures: list[Image]) -> Iterator[tuple[float, Image]]:
    return ((n / 30, picture) for n, picture in enumerate(pictures))


async def gathered(stream: AsyncIterator[Answer]) -> list[Answer]:
    return [answer async for answer in stream]


def test_every_picture_is_answered_once_a_stage(client: FlowPose, pictures: list[Image]) -> None:
    async def test() -> None:
        stream = client.stream(shots(pictures), **PATIENT)
        answers = await gathered(stream)
        assert all(isinstance(answer, PoseAnswer) for answer in answers)
        for stage in ("provisional", "final"):
            of_stage = [answer for answer in answers if getattr(answer, "stage", "") == stage]
            assert [answer.seq for answer in of_stage] == list(range(COUNT))
            assert [answer.time_s for answer in of_stage] == pytest.approx(TIMES_S, abs=1e-6)
            assert all(len(answer.people[0]["joints"]) == 33 for answer in of_stage[5:])
        assert stream.ready["model"]["lookahead"] == LOOKAHEAD
        assert stream.end is not None
        assert (stream.end.received, stream.end.answered, stream.end.errors) == (COUNT, COUNT, 0)

    asyncio.run(test())


def test_arrays_and_files_are_answered_alike(client: FlowPose, pictures: list[Image]) -> None:
    async def test() -> None:
        stills = {"window": 0, "stale_s": 10.0}
        arrays = await gathered(client.stream(shots(pictures[:4]), **stills))
        files = ((n / 30, jpeg(picture)) for n, picture in enumerate(pictures[:4]))
        for one, other in zip(arrays, await gathered(client.stream(files, **stills)), strict=True):
            assert isinstance(one, PoseAnswer)
            assert isinstance(other, PoseAnswer)
            assert one.people == other.people
            assert one.stage == "final"

    asyncio.run(test())


def test_no_more_pictures_are_on_their_way_than_asked_for(client: FlowPose, pictures: list[Image]) -> None:
    async def test() -> None:
        asked, answered, most = 0, set(), 0

        async def counted() -> AsyncIterator[tuple[float, bytes]]:
            nonlocal asked, most
            for n, picture in enumerate(pictures):
                asked += 1
                most = max(most, asked - len(answered))
                yield n / 30, jpeg(picture)

        async for answer in client.stream(counted(), unanswered=2, **PATIENT):
            answered.add(answer.seq)
        assert len(answered) == COUNT
        assert most <= 3  # two, and one whose answer is being handed over

    asyncio.run(test())


def test_finals_alone_do_not_wait_for_themselves(client: FlowPose, pictures: list[Image]) -> None:
    async def test() -> None:
        stream = client.stream(shots(pictures), unanswered=1, stages=["final"], **PATIENT)
        answers = await asyncio.wait_for(gathered(stream), 60)
        assert [answer.seq for answer in answers] == list(range(COUNT))

    asyncio.run(test())


def test_a_paced_stream_takes_as_long_as_the_capture_clock_says(
    client: FlowPose, pictures: list[Image]
) -> None:
    async def test() -> None:
        began = time.monotonic()
        files = [(5 + n * 0.2, jpeg(picture)) for n, picture in enumerate(pictures[:6])]
        answers = await gathered(client.stream(files, paced=True, window=0, stale_s=10.0))
        assert time.monotonic() - began >= 1.0
        assert {answer.seq for answer in answers} == set(range(6))

    asyncio.run(test())


def test_a_rate_that_is_too_high_is_dropped_with_the_reason(client: FlowPose, pictures: list[Image]) -> None:
    async def test() -> None:
        stream = client.stream(shots(pictures), max_fps=2, **PATIENT)
        answers = await gathered(stream)
        dropped = [answer for answer in answers if isinstance(answer, Dropped)]
        assert {answer.reason for answer in dropped} == {"rate"}
        assert {answer.seq for answer in answers} == set(range(COUNT))
        assert stream.end is not None
        assert stream.end.dropped["rate"] == len(dropped)

    asyncio.run(test())


def test_pictures_come_no_faster_than_the_server_allows(
    tmp_path: Path, models_dir: Path, pictures: list[Image]
) -> None:
    async def test(client: FlowPose) -> None:
        stream = client.stream(shots(pictures), window=0, stale_s=10.0)
        assert all(isinstance(answer, PoseAnswer) for answer in await gathered(stream))
        assert stream.end is not None
        assert stream.end.answered == COUNT

    with RunningServer(tmp_path, device="cpu", max_stream_fps=8.0) as slow:
        asyncio.run(test(FlowPose(slow.url)))


def test_a_picture_that_cannot_be_read_is_an_error_of_its_own(
    client: FlowPose, pictures: list[Image]
) -> None:
    async def test() -> None:
        files = [(0.0, jpeg(pictures[0])), (0.1, b"This is no picture."), (0.2, jpeg(pictures[2]))]
        stream = client.stream(files, window=0, stale_s=10.0)
        first, second, third = await gathered(stream)
        assert isinstance(first, PoseAnswer)
        assert isinstance(second, FrameError)
        assert second.problem.type == "/problems/not-an-image"
        assert isinstance(third, PoseAnswer)
        assert stream.end is not None
        assert stream.end.errors == 1

    asyncio.run(test())


def test_options_that_the_server_refuses_are_raised(client: FlowPose, pictures: list[Image]) -> None:
    async def test() -> None:
        for options in ({"window": 16}, {"model": "gpt"}, {"nonsense": 1}):
            with pytest.raises(RemoteProblem) as raised:
                await gathered(client.stream(shots(pictures), **options))  # type: ignore[arg-type]
            assert 400 <= raised.value.status < 500

    asyncio.run(test())


def test_leaving_early_leaves_nothing_behind(client: FlowPose, pictures: list[Image]) -> None:
    async def test() -> None:
        async with client.stream(shots(pictures), **PATIENT) as stream:
            async for answer in stream:
                assert answer.seq == 0
                break
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(test())
    before = psutil.Process().num_fds()
    asyncio.run(test())
    assert eventually(lambda: psutil.Process().num_fds() <= before)


@pytest.mark.parametrize(
    ("shot", "told"),
    [
        ((-1.0, b""), "at least 0"),
        ((float("nan"), b""), "at least 0"),
        ((0.0, np.zeros((4, 4), np.uint8)), "must be"),
        ((0.0, np.zeros((4, 4, 3), np.float32)), "must be"),
        ((0.0, np.zeros((0, 4, 3), np.uint8)), "must be"),
    ],
)
def test_what_cannot_be_sent_is_raised_to_the_sender(client: FlowPose, shot: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        asyncio.run(gathered(client.stream([shot])))


def test_errors_of_the_pictures_source_are_raised(client: FlowPose, pictures: list[Image]) -> None:
    def failing() -> Iterator[tuple[float, Image]]:
        yield 0.0, pictures[0]
        raise RuntimeError("the lens fell off")

    with pytest.raises(RuntimeError, match="lens"):
        asyncio.run(gathered(client.stream(failing(), **PATIENT)))


@asynccontextmanager
async def bad_server(behave: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[FlowPose]:
    """A client of a server that does what a good one does not."""
    async with serve(behave, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield FlowPose(f"http://127.0.0.1:{port}", timeout_s=0.3)


def told_by(behave: Callable[[ServerConnection], Awaitable[None]], endless: bool = False) -> Exception:
    """What a stream to such a server raises."""

    async def camera() -> AsyncIterator[tuple[float, bytes]]:
        yield 0.0, b"picture"
        if endless:
            await asyncio.Event().wait()

    async def test() -> Exception:
        async with bad_server(behave) as client:
            with pytest.raises((RemoteProblem, ServerGone)) as raised:
                await asyncio.wait_for(gathered(client.stream(camera())), 30)
            return raised.value

    return asyncio.run(test())


def test_a_server_that_says_nothing_is_given_up() -> None:
    async def silent(connection: ServerConnection) -> None:
        await connection.wait_closed()

    assert "nothing for 0.3 s" in str(told_by(silent))


def test_a_server_that_never_answers_is_given_up() -> None:
    async def idle(connection: ServerConnection) -> None:
        await connection.send(READY)
        await connection.wait_closed()

    assert "No answer came for 0.3 s" in str(told_by(idle))


def test_a_server_that_closes_is_told_with_its_reason() -> None:
    async def closing(connection: ServerConnection) -> None:
        await connection.send(READY)
        await connection.recv()
        await connection.close(1012, "restarting")

    assert "code 1012, restarting" in str(told_by(closing, endless=True))


def test_an_error_of_the_session_is_raised_as_the_problem_that_it_is() -> None:
    problem = {
        "problem": "/problems/busy",
        "title": "All places are taken",
        "status": 503,
        "detail": "Later.",
    }

    async def refusing(connection: ServerConnection) -> None:
        await connection.send(READY)
        await connection.send(json.dumps({"type": "error", **problem}))
        await connection.close(1013)

    told = told_by(refusing, endless=True)
    assert isinstance(told, RemoteProblem)
    assert (told.type, told.status) == ("/problems/busy", 503)


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(ServerGone, match="cannot be reached"):
        asyncio.run(gathered(FlowPose("ws://127.0.0.1:1").stream([])))
