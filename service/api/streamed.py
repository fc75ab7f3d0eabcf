"""An answer that is sent while it is made, and lets go of everything when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import anyio
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


async def first_of(pieces: AsyncIterator[bytes], request: Request) -> bytes:
    """Wait for the first piece, which may take as long as the whole work, unless the client goes away.

    Parameters
    ----------
    pieces
        Raises what is wrong before the first piece.
    request
        Its body has been read.

    Raises
    ------
    starlette.requests.ClientDisconnect
        Nobody is left to be answered.
    """
    first = asyncio.ensure_future(anext(pieces))
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((first, gone), return_when=asyncio.FIRST_COMPLETED)
        if not first.done():
            raise ClientDisconnect
        return first.result()
    finally:
        first.cancel()
        gone.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def with_first(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Put a piece that was waited for before the rest."""
    yield first
    async for piece in rest:
        yield piece


class StreamedAnswer(StreamingResponse):
    """Sends pieces as they come; however it ends, `held` is closed before it is over.

    Starlette stops sending when the client goes away, but does not close what it sends from.
    """

    def __init__(
        self,
        pieces: AsyncIterator[bytes],
        media_type: str,
        held: AsyncExitStack,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        # Proxies that gather answers would undo the streaming.
        told = {"X-Accel-Buffering": "no", **(headers or {})}
        super().__init__(self._then_let_go(pieces), media_type=media_type, headers=told)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._held.aclose()

    async def _then_let_go(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for piece in pieces:
            yield piece
        # Before the end is sent: who has read it may come again at once, and find the place free.
        await self._held.aclose()
