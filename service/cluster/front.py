"""The application as Serve sees it: its life is the replica's, and its answers name the replica."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from service.telemetry.request_id import HEADER as REQUEST_ID

REPLICA = "FlowPose-Replica"


class Front:
    """An ASGI layer around the application.

    Serve runs the lifespan of what it serves, and tells of a failure that there was one. Here the application
    has been started before, so that its own words are heard; and Serve's start is none.

    Parameters
    ----------
    app
        The application; it is alive.
    name
        The replica's, for the header `FlowPose-Replica` of every answer and of every socket's opening.
    close
        Ends the application's life.
    """

    def __init__(self, app: FastAPI, name: str, close: Callable[[], Awaitable[object]]) -> None:
        self._app = app
        self._name = name
        self._close = close

    @property
    def routes(self) -> list[Any]:
        """The application's: Serve's metrics have their templates as a label."""
        return list(self._app.routes)

    @property
    def router(self) -> Any:
        """The application's."""
        return self._app.router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or socket, or live."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return

        async def named(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                message.setdefault("headers", [])
                headers = MutableHeaders(scope=message)
                headers[REPLICA] = self._name
                if message["type"] == "http.response.start":
                    del headers[REQUEST_ID]  # Serve's proxy adds the same one to answers, not to sockets
            await send(message)

        await self._app(scope, receive, named)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._close()
        await send({"type": "lifespan.shutdown.complete"})
