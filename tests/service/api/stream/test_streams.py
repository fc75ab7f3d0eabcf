from __future__ import annotations

import asyncio

import pytest

from service.access.problems import QuotaUsed
from service.api.problems import Busy
from service.api.stream.problems import GoingAway
from service.api.stream.streams import Streams
from tests.clients import client


def test_one_too_many_is_told_and_a_place_comes_back() -> None:
    streams = Streams(2)
    with streams.take(client("a")):
        with streams.take(client("b")):
            assert streams.open == 2
            with pytest.raises(Busy, match="2 streams"), streams.take(client("c")):
                pass
        with streams.take(client("a")):
            assert streams.open == 2
    assert streams.open == 0


def test_one_client_may_not_have_them_all() -> None:
    streams = Streams(3)
    a, b = (client(name, max_streams=1) for name in "ab")
    for _ in range(2):
        with streams.take(a), streams.take(b):
            with pytest.raises(QuotaUsed, match="1 streams of yours"), streams.take(a):
                pass
            assert streams.open == 2


def test_sockets_are_sent_away_and_waited_for() -> None:
    streams, left = Streams(1), []

    async def socket() -> None:
        with streams.connected():
            with pytest.raises(GoingAway):
                await streams.leaving()
            await asyncio.sleep(0)
            left.append(True)

    async def run() -> None:
        tasks = [asyncio.create_task(socket()) for _ in range(3)]
        await asyncio.sleep(0)
        await streams.send_away(60)
        assert left == [True] * 3
        await asyncio.gather(*tasks)

    asyncio.run(run())


def test_a_socket_that_does_not_leave_is_not_waited_for_long() -> None:
    async def run() -> None:
        streams = Streams(1)
        with streams.connected():
            await streams.send_away(0.01)

    asyncio.run(run())


def test_without_sockets_there_is_nothing_to_wait_for() -> None:
    asyncio.run(Streams(1).send_away(60))
