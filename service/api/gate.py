"""What comes while the service stops: new work is refused, old work is counted."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.drain import Drain
from service.api.errors import answer_of
from service.api.problems import Draining

READING = ("GET", "HEAD", "OPTIONS", "DELETE")  # answered to the end: what is there, and giving it up


class Gate:
    """An ASGI layer around the application.

    Parameters
    ----------
    app
        What it stands before.
    drain
        Says when the end has begun, and is told of every request.
    """

    def __init__(self, app: ASGIApp, drain: Drain) -> None:
        self._app = app
        self._drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it. Streams are told by `service.api.stream.streams`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start" and self._drain.draining:
                MutableHeaders(scope=message)["Connection"] = "close"  # the next request goes elsewhere
            await send(message)

        try:
            await self._counted(scope, receive, noted)
        except Draining as refused:
            if not begun:  # else the web server cuts the connection
                await answer_of(refused, Request(scope).url.path)(scope, receive, noted)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in READING:
            self._drain.check()
        async with self._drain.request() as begins:

            async def noted(message: Message) -> None:
                begins()
                await send(message)

            await self._app(scope, receive, noted)
