"""Around everything: each request and each socket gets a name, is counted, and leaves one line in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.errors import CLIENT_GONE, answer_of, unexpected
from service.telemetry.logs import fields
from service.telemetry.request_id import HEADER, request_id
from service.telemetry.telemetry import Telemetry, Work

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # a client may make up others
OTHER, NOWHERE = "other", "none"
LEFT = "left"  # the client ended the socket
WATCHED = ("/livez", "/readyz", "/metrics")  # asked every few seconds; told only when something is wrong
BAD = 400  # and above: HTTP's statuses of failure

logger = logging.getLogger(__name__)


class Visits:
    """An ASGI layer around the application.

    Parameters
    ----------
    app
        What it is around.
    telemetry
        Told of every request.
    """

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        with self._telemetry.work(_method(scope), _ids(scope, headers), headers) as work:
            call = _Call(scope, receive, send, work, self._telemetry)
            try:
                await self._app(scope, call.receive, call.send)
            except Exception as error:
                await call.fails(error)
            finally:
                call.ends()


class _Call:
    """What one request or socket receives and sends."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, work: Work, telemetry: Telemetry) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._work = work
        self._metrics = telemetry.metrics
        self._began_s = time.perf_counter()
        self._status: int | None = None
        self._code = LEFT

    async def receive(self) -> Message:
        """Count what comes."""
        message = await self._receive()
        size = _size(message)
        if size:
            self._work.visit.bytes_in += size
            self._metrics.received(_handler(self._scope), size)
        return message

    async def send(self, message: Message) -> None:
        """Count what goes, and name the request in its head."""
        if message["type"] in ("http.response.start", "websocket.accept"):
            message.setdefault("headers", [])
            MutableHeaders(scope=message)[HEADER] = self._work.visit.ids["request_id"]
            self._status = message.get("status", 101)
        elif message["type"] == "websocket.close":
            self._code = str(message.get("code", 1000))
        size = _size(message)
        self._work.visit.bytes_out += size
        await self._send(message)
        if size:
            self._metrics.sent(_handler(self._scope), size)

    async def fails(self, error: Exception) -> None:
        """Answer what nobody foresaw; once an answer has begun, the web server cuts it off."""
        if self._status is not None or self._scope["type"] != "http":
            raise error
        answer = answer_of(unexpected(error), Request(self._scope).url.path)
        await answer(self._scope, self._receive, self.send)

    def ends(self) -> None:
        """Count it and write its line."""
        seconds = time.perf_counter() - self._began_s
        method, handler, visit = _method(self._scope), _handler(self._scope), self._work.visit
        status = CLIENT_GONE if self._status is None else self._status
        if self._scope["type"] == "websocket":
            self._metrics.stream_ended(self._code)
        else:
            self._metrics.request(method, handler, status, seconds)
        self._work.journey.ends(
            f"{method} {handler}",
            failed=status >= 500,
            http__request__method=method,
            http__route=handler,
            http__response__status_code=status,
            flowpose__frames=visit.frames,
        )
        quiet = handler in WATCHED and status < BAD
        logger.log(
            logging.DEBUG if quiet else logging.INFO,
            *("%s %s %s", method, self._scope["path"], status),
            extra=fields(**self._said(method, handler, status, seconds)),
        )

    def _said(self, method: str, handler: str, status: int, seconds: float) -> Mapping[str, object]:
        visit = self._work.visit
        said: dict[str, object] = {
            "method": method,
            "path": self._scope["path"],
            "handler": handler,
            "status": status,
            "bytes_in": visit.bytes_in,
            "bytes_out": visit.bytes_out,
            "ms": round(1e3 * seconds, 1),
            "frames": visit.frames,
            "client": (self._scope.get("client") or ("",))[0],
        }
        if self._scope["type"] == "websocket":
            said["close"] = self._code
        return {**said, "problem": visit.problem} if visit.problem else said


def _ids(scope: Scope, headers: Headers) -> Mapping[str, str]:
    name = request_id(headers.get(HEADER))
    return {"request_id": name, "stream_id": name} if scope["type"] == "websocket" else {"request_id": name}


def _method(scope: Scope) -> str:
    if scope["type"] == "websocket":
        return "WS"
    return str(scope["method"]) if scope["method"] in METHODS else OTHER


def _handler(scope: Scope) -> str:
    """The template of the address that was found, never the address itself."""
    return str(getattr(scope.get("route"), "path", NOWHERE))


def _size(message: Message) -> int:
    content = message.get("body") or message.get("bytes") or message.get("text") or b""
    return len(content)
