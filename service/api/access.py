"""The door of the HTTP edge: every request passes it before any route sees it, whatever the route is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.access.access import Access
from service.access.client import Client
from service.access.deadline import Deadline
from service.access.exposure import exposure
from service.access.host import is_loopback
from service.access.problems import (
    HostRefused,
    KeyForbids,
    KeyMissing,
    KeyRefused,
    OriginRefused,
    QuotaUsed,
    TooManyRequests,
)
from service.api.documentation import problem_responses
from service.api.errors import answer_of
from service.api.formats import PROBLEM_HEADER
from service.errors import Problem
from service.settings import Settings

OPEN_PATHS = {"/", "/favicon.ico", "/livez", "/readyz", "/openapi.json", "/docs", "/redoc", "/problems"}
OPEN_FOLDERS = ("/web/", "/docs/", "/static-offline-docs/", "/problems/")
WATCHED = "/metrics"  # open to this machine
READING = {"GET", "HEAD", "OPTIONS"}  # a page cannot read the answer of another origin to these, nor do harm
LAST_WORDS_S = 30.0  # for an answer that ends by itself, with an error, when its time is over
SHOWN = (  # to the scripts of listed pages
    *("Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-ID", "WWW-Authenticate"),
    *("Upload-Offset", "Upload-Complete", "Upload-Limit", PROBLEM_HEADER),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SCHEME = "bearer"

REFUSALS = (KeyMissing, KeyRefused, KeyForbids, OriginRefused, HostRefused, QuotaUsed, TooManyRequests)
GUARDED: dict[str, Any] = {
    "responses": problem_responses(*REFUSALS),
    "dependencies": [Depends(HTTPBearer(auto_error=False, description="Where keys are in use."))],
}
"""What a router of work says of itself: ``APIRouter(tags=[...], **GUARDED)``; only `/docs` needs it."""

logger = logging.getLogger(__name__)


def guard(app: FastAPI, settings: Settings) -> None:
    """Put the door in front of an application.

    Raises
    ------
    KeysUnusable
        There is a file of keys, and it cannot be used.
    """
    app.state.access = Access(settings)
    if open_to_all := exposure(settings):
        logger.warning(open_to_all)
    app.add_middleware(Door, access=app.state.access)
    if settings.origins:  # outside of the door, so that a listed page can read a refusal
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=METHODS,
            allow_headers=("*",),
            expose_headers=SHOWN,
            allow_private_network=True,  # the page is listed; Chrome asks before a site talks to a local host
        )


class Door:
    """Lets in who may, says who it is in the scope's state, and ends what takes too long.

    Sockets pass: the stream's route asks them itself, as it can tell them why not.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        reply = _Reply(send)
        try:
            client = self._admit(scope, reply.headers)
        except Problem as problem:
            await answer_of(problem, scope["path"])(scope, receive, reply.send)
            return
        deadline = Deadline(client.limits.max_request_s)
        scope.setdefault("state", {}).update(client=client, deadline=deadline)
        await self._serve(scope, receive, reply, deadline)

    async def _serve(self, scope: Scope, receive: Receive, reply: _Reply, deadline: Deadline) -> None:
        timeout = asyncio.timeout(deadline.most_s + LAST_WORDS_S)
        try:
            async with timeout:
                await self._app(scope, receive, reply.send)
        except TimeoutError:
            if not timeout.expired():
                raise
            logger.warning("%s %s: cut off, %s", scope["method"], scope["path"], deadline.missed().detail)
            if not reply.begun:
                await answer_of(deadline.missed(), scope["path"])(scope, receive, reply.send)

    def _admit(self, scope: Scope, told: dict[str, str]) -> Client:
        """Give the client; what its answer has to tell goes into `told`."""
        headers, path = Headers(scope=scope), scope["path"]
        address = _address(scope)
        self._access.check_place(headers)
        if scope["method"] not in READING:
            self._access.check_page(headers)
        if _is_open(path) or (path == WATCHED and is_loopback(address)):
            return self._access.stranger(address)
        client = self._access.client(secret_in(headers), address)
        share = None if path == WATCHED else self._access.count(client)
        told.update(share.headers if share else {})
        return client


class _Reply:
    """Sends an answer, with some headers more."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False
        self.headers = {"X-Content-Type-Options": "nosniff"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in self.headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def secret_in(headers: Mapping[str, str]) -> str | None:
    """The key of an ``Authorization: Bearer`` header; None where there is none, empty for another scheme."""
    given = headers.get("authorization")
    if given is None:
        return None
    scheme, _, secret = given.strip().partition(" ")
    return secret.strip() if scheme.lower() == SCHEME else ""


async def asking(request: Request) -> Client:
    """Who asks; the door has found out."""
    return cast(Client, request.state.client)


async def deadline_of(request: Request) -> Deadline:
    """When the request is to be over; the door has begun to count."""
    return cast(Deadline, request.state.deadline)


async def access_of(request: HTTPConnection) -> Access:
    """Find the door of the application that opened the socket."""
    return cast(Access, request.app.state.access)


Asking = Annotated[Client, Depends(asking)]
InTime = Annotated[Deadline, Depends(deadline_of)]
ByAccess = Annotated[Access, Depends(access_of)]


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS)


def _address(connection: Scope) -> str:
    client = connection.get("client")
    return client[0] if client else ""
