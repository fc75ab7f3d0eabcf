"""The web server's end of a socket, without patience for a client that takes nothing."""

from __future__ import annotations

import asyncio
import socket

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

STALLED_S = 10.0  # longer than the stream's own patience, which can still explain itself
SEND_BUFFER_BYTES = 128 * 1024  # in the kernel; by itself it would grow to megabytes of old answers


class StreamProtocol(WebSocketsSansIOProtocol):
    """Cuts the connection when the client has let the send buffer be full for too long.

    Closing alone would wait, with buffer and file descriptor, until the client reads or its machine dies.
    Only asyncio's own callbacks are extended.
    """

    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the kernel's buffer small."""
        super().connection_made(transport)
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)

    def pause_writing(self) -> None:
        """Start to lose patience."""
        super().pause_writing()
        self._stalled = asyncio.get_running_loop().call_later(STALLED_S, self.transport.abort)

    def resume_writing(self) -> None:
        """Have patience again."""
        self._forget()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to wait for."""
        self._forget()
        super().connection_lost(exc)

    def _forget(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
