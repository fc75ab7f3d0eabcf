"""The web server, set up for streams: uvicorn, and how it ends."""

from __future__ import annotations

import socket
from typing import cast

import uvicorn
from fastapi import FastAPI

from service.api.drain import Drain
from service.api.stream.protocol import StreamProtocol
from service.settings import Settings

CLOSING_S = 1  # for connections to end when nothing is under way any more; the grace period is over before
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
        Of the server's own lines; as :mod:`service.telemetry.logs` set it up if None.

    Notes
    -----
    Messages are not compressed: pictures do not shrink, and a compressor for each socket takes memory. The
    service writes a line for each request by itself.
    """

    def __init__(self, app: FastAPI, settings: Settings, log_level: str | None = None) -> None:
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            forwarded_allow_ips="*" if "*" in settings.trusted_proxies else list(settings.trusted_proxies),
            timeout_graceful_shutdown=CLOSING_S,
            log_config=None,
            log_level=log_level,
            access_log=False,
            ws=StreamProtocol,
            ws_max_size=TOLD_UP_TO * settings.max_stream_frame_bytes,
            ws_per_message_deflate=False,
        )
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what is under way before uvicorn closes its sockets, then stop as it does.

        After a signal that has been done: :mod:`service.stopping`.
        """
        await cast(Drain, self._app.state.drain).run()
        await super().shutdown(sockets)
