"""The web server, set up for streams: uvicorn, and how it says goodbye to them."""

from __future__ import annotations

import socket
from typing import cast

import uvicorn
from fastapi import FastAPI

from service.api.house import House
from service.api.stream.protocol import StreamProtocol
from service.settings import Settings

GRACE_S = 10  # for answers under way when the service is told to stop
GOODBYE_S = 1.0  # for streams, which would go on for hours
TOLD_UP_TO = 4  # times the longest message: what is longer still is cut off without a word


class Server(uvicorn.Server):
    """Serves the application on the operator's address.

    Parameters
    ----------
    app
        Made by :func:`service.app.create_app` with the same settings.
    settings
        Address and limits.
    log_level
        Of the server's own lines.

    Notes
    -----
    Messages are not compressed: pictures do not shrink, and a compressor for each socket takes memory.
    """

    def __init__(self, app: FastAPI, settings: Settings, log_level: str = "info") -> None:
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            timeout_graceful_shutdown=GRACE_S,
            log_level=log_level,
            ws=StreamProtocol,
            ws_max_size=TOLD_UP_TO * settings.max_stream_frame_bytes,
            ws_per_message_deflate=False,
        )
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let streams be told before uvicorn cuts them off, then stop as it does."""
        house = cast(House, self._app.state.house)
        await house.streams.send_away(GOODBYE_S)
        await super().shutdown(sockets)
