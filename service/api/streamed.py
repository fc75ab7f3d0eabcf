"""An answer that is sent while it is made, and lets go of everything when it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import anyio
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


async def with_first(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Put a piece that was waited for before the rest."""
    yield first
    async for piece in rest:
        yield piece


class StreamedAnswer(StreamingResponse):
    """Sends pieces as they come; however it ends, `held` is closed before it is over.

    Starlette stops sending when the client goes away, but does not close what it sends from.
    """

    def __init__(self, pieces: AsyncIterator[bytes], media_type: str, held: AsyncExitStack) -> None:
        # Proxies that gather answers would undo the streaming.
        super().__init__(
            self._then_let_go(pieces), media_type=media_type, headers={"X-Accel-Buffering": "no"}
        )
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
