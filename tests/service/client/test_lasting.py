from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from service.client import Answer, Dropped, FlowPose, LastingStream, PoseAnswer, RemoteProblem, ServerGone

COUNT = 12
READY = json.dumps({"type": "ready", "stages": ["provisional", "final"], "limits": {"max_fps": 1000.0}})
GOING = {"problem": "/problems/going-away", "title": "The server goes away", "status": 503, "detail": ""}
PATIENCE_S = 60.0

Behave = Callable[["Served", int], Awaitable[None]]


class Served:
    """The server's end of one connection, which answers each picture's final with the next picture."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.got: list[bytes] = []
        self.times_us: list[int] = []

    async def begin(self) -> None:
        await self.connection.recv()
        await self.connection.send(READY)

    async def picture(self) -> bytes | None:
        """The next picture; None for `stop`."""
        message = await self.connection.recv()
        if isinstance(message, str):
            return None
        self.got.append(message[8:])
        self.times_us.append(struct.unpack("<Q", message[:8])[0])
        return message[8:]

    async def pose(self, seq: int, stage: str) -> None:
        said = {"seq": seq, "time_s": 0.0, "stage": stage, "people": [], "pooled": 1, "latency_ms": 1.0}
        await self.connection.send(json.dumps({"type": "pose", **said}))

    async def answer(self, most: int = 1000) -> None:
        """Answer so many pictures, or all; then the end."""
        while len(self.got) < most:
            if await self.picture() is None:
                break
            await self.pose(len(self.got) - 1, "provisional")
            if len(self.got) > 1:
                await self.pose(len(self.got) - 2, "final")
        else:
            return
        if self.got:
            await self.pose(len(self.got) - 1, "final")
        counts = {"received": len(self.got), "answered": len(self.got), "dropped": {}, "errors": 0}
        await self.connection.send(json.dumps({"type": "end", **counts, "seconds": 0.0}))

    async def go_away(self) -> None:
        """As a server does that stops."""
        await self.connection.send(json.dumps({"type": "error", **GOING}))
        await self.connection.close(1012, "The server goes away")

    def die(self) -> None:
        """As a server does that is killed."""
        self.connection.transport.abort()


@asynccontextmanager
async def served(behave: Behave) -> AsyncIterator[tuple[FlowPose, list[Served]]]:
    """A client, and its server's connections so far."""
    connections: list[Served] = []

    async def one(connection: ServerConnection) -> None:
        connections.append(Served(connection))
        await connections[-1].begin()
        await behave(connections[-1], len(connections))

    async with serve(one, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield FlowPose(f"http://127.0.0.1:{port}", timeout_s=PATIENCE_S), connections


def run(
    behave: Behave, patience_s: float = PATIENCE_S, **options: Any
) -> tuple[list[Answer], LastingStream, list[Served]]:
    """Send twelve pictures, and give what came of it."""

    async def test() -> tuple[list[Answer], LastingStream, list[Served]]:
        async with served(behave) as (client, connections):
            shots = ((n / 30, b"%d" % n) for n in range(COUNT))
            stream = client.lasting_stream(shots, patience_s=patience_s, **options)
            answers = [answer async for answer in stream]
            return answers, stream, connections

    return asyncio.run(test())


def seqs(answers: list[Answer], stage: str) -> list[int]:
    return [each.seq for each in answers if isinstance(each, PoseAnswer) and each.stage == stage]


@pytest.mark.parametrize("told", [True, False])
def test_a_server_that_goes_is_followed_by_another_and_nothing_is_missing(told: bool) -> None:
    async def behave(served: Served, number: int) -> None:
        await served.answer(5 if number == 1 else 1000)
        if number == 1:
            if told:
                await served.go_away()
            served.die()

    answers, stream, connections = run(behave)
    assert seqs(answers, "provisional") == seqs(answers, "final") == list(range(COUNT))
    assert len(answers) == 2 * COUNT
    assert stream.connections == len(connections) == 2
    assert stream.end is not None
    assert (stream.end.received, stream.end.answered, stream.end.dropped) == (COUNT, COUNT, {})


def test_only_pictures_that_were_owed_an_answer_are_sent_again() -> None:
    async def behave(served: Served, number: int) -> None:
        await served.answer(5 if number == 1 else 1000)
        if number == 1:
            served.die()

    _, _, (first, second) = run(behave, unanswered=1)
    assert first.got[:5] == [b"%d" % n for n in range(5)]
    assert second.got[0] == b"4"  # its provisional answer came, its final one did not
    assert second.times_us[0] == first.times_us[4] == pytest.approx(4e6 / 30, abs=1)
    assert second.got[-1] == b"11"


def test_a_paced_stream_tells_what_was_lost() -> None:
    async def behave(served: Served, number: int) -> None:
        await served.answer(5 if number == 1 else 1000)
        if number == 1:
            served.die()

    answers, stream, (first, second) = run(behave, paced=True)
    lost = [each.seq for each in answers if isinstance(each, Dropped)]
    assert {each.reason for each in answers if isinstance(each, Dropped)} == {"lost"}
    assert 4 in lost
    assert sorted([*seqs(answers, "final"), *lost]) == list(range(COUNT))
    assert not set(first.got) & set(second.got)
    assert stream.end is not None
    assert stream.end.dropped == {"lost": len(lost)}


def test_a_picture_that_servers_die_of_is_given_up_and_the_others_are_answered() -> None:
    async def behave(served: Served, number: int) -> None:
        while (picture := await served.picture()) is not None:
            if picture == b"6":
                served.die()
                return
            await served.pose(len(served.got) - 1, "provisional")
            await served.pose(len(served.got) - 1, "final")
        counts = {"received": 0, "answered": 0, "dropped": {}, "errors": 0}
        await served.connection.send(json.dumps({"type": "end", **counts, "seconds": 0.0}))

    answers, _, connections = run(behave, unanswered=1)
    assert [each for each in answers if isinstance(each, Dropped)] == [Dropped(6, "lost")]
    assert seqs(answers, "final") == [n for n in range(COUNT) if n != 6]
    assert sum(served.got.count(b"6") for served in connections) == 3


def test_a_server_that_stays_away_is_given_up() -> None:
    async def behave(served: Served, number: int) -> None:
        served.die()

    with pytest.raises(ServerGone):
        run(behave, patience_s=0.2)


def test_a_refusal_that_will_not_pass_is_raised_at_once() -> None:
    refusal = {"problem": "/problems/parameters-invalid", "title": "", "status": 422, "detail": ""}
    asked = []

    async def behave(served: Served, number: int) -> None:
        asked.append(number)
        await served.connection.send(json.dumps({"type": "error", **refusal}))

    with pytest.raises(RemoteProblem) as raised:
        run(behave)
    assert raised.value.status == 422
    assert asked == [1]


def test_when_all_is_answered_no_other_server_is_looked_for() -> None:
    async def behave(served: Served, number: int) -> None:
        while await served.picture() is not None:
            await served.pose(len(served.got) - 1, "provisional")
            await served.pose(len(served.got) - 1, "final")
        served.die()

    answers, stream, connections = run(behave)
    assert seqs(answers, "final") == list(range(COUNT))
    assert len(connections) == 1
    assert stream.end is not None


def test_the_picture_that_the_camera_was_about_to_give_is_not_lost() -> None:
    async def test() -> None:
        broken = asyncio.Event()

        async def behave(served: Served, number: int) -> None:
            if number == 1:
                await served.answer(3)
                served.die()
            else:
                broken.set()
                await served.answer()

        async def camera() -> AsyncIterator[tuple[float, bytes]]:
            for n in range(COUNT):
                if n == 3:
                    await broken.wait()  # the first server dies while this picture is asked for
                yield n / 30, b"%d" % n

        async with served(behave) as (client, _):
            answers = [answer async for answer in client.lasting_stream(camera(), patience_s=PATIENCE_S)]
            assert seqs(answers, "final") == list(range(COUNT))

    asyncio.run(asyncio.wait_for(test(), PATIENCE_S))


def test_leaving_early_leaves_no_task() -> None:
    async def endless() -> AsyncIterator[tuple[float, bytes]]:
        yield 0.0, b"0"
        yield 0.1, b"1"
        await asyncio.Event().wait()

    async def behave(served: Served, number: int) -> None:
        await served.answer()

    async def test() -> None:
        async with served(behave) as (client, _), client.lasting_stream(endless()) as stream:
            assert (await anext(stream)).seq == 0
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(test())
