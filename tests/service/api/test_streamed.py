from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import Request
from starlette.requests import ClientDisconnect

from service.api.streamed import first_of
from service.media.errors import NotAVideo


def request_of(messages: asyncio.Queue[str]) -> Request:
    async def receive() -> dict[str, str]:
        return {"type": await messages.get()}

    return Request({"type": "http"}, receive)


async def after(seconds: float, piece: bytes | Exception) -> AsyncIterator[bytes]:
    await asyncio.sleep(seconds)
    if isinstance(piece, Exception):
        raise piece
    yield piece


def test_the_first_piece_is_waited_for() -> None:
    async def first() -> bytes:
        return await first_of(after(0.01, b"piece"), request_of(asyncio.Queue()))

    assert asyncio.run(first()) == b"piece"


def test_what_is_wrong_before_it_is_raised() -> None:
    async def first() -> bytes:
        return await first_of(after(0.01, NotAVideo("really")), request_of(asyncio.Queue()))

    with pytest.raises(NotAVideo, match="really"):
        asyncio.run(first())


def test_a_client_that_goes_away_ends_the_waiting() -> None:
    async def first() -> bytes:
        messages: asyncio.Queue[str] = asyncio.Queue()
        for message in ("http.request", "http.disconnect"):
            messages.put_nowait(message)
        return await first_of(after(3600, b"piece"), request_of(messages))

    with pytest.raises(ClientDisconnect):
        asyncio.run(first())
