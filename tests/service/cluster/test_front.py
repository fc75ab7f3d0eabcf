from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI, Response, WebSocket

from service.cluster.front import REPLICA, Front
from service.telemetry.request_id import HEADER


@asynccontextmanager
async def _never(app: FastAPI) -> AsyncIterator[None]:
    raise AssertionError("the application's own life is not begun here")
    yield


def _front(closed: list[bool]) -> Front:
    app = FastAPI(lifespan=_never)

    @app.get("/here")
    async def here(response: Response) -> str:
        response.headers[HEADER] = "name"
        return "here"

    @app.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept(headers=[(HEADER.lower().encode(), b"name")])

    async def close() -> None:
        closed.append(True)

    return Front(app, "abc", close)


async def _said(front: Front, scope: dict[str, Any], *heard: str) -> list[dict[str, Any]]:
    """What comes of a scope that hears these."""
    left, said = list(heard), []

    async def receive() -> dict[str, Any]:
        return {"type": left.pop(0)}

    async def send(message: Any) -> None:
        said.append(message)

    await front(scope, receive, send)
    return said


def test_answers_name_their_replica_and_leave_the_requests_name_to_serves_proxy() -> None:
    async def ask(*paths: str) -> list[httpx.Response]:
        transport = httpx.ASGITransport(_front([]))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return [await client.get(path) for path in paths]

    here, nothing = asyncio.run(ask("/here", "/nothing"))
    assert here.headers[REPLICA] == nothing.headers[REPLICA] == "abc"
    assert HEADER not in here.headers


def test_sockets_name_their_replica_and_their_request() -> None:
    scope = {"type": "websocket", "path": "/socket", "headers": [], "query_string": b"", "subprotocols": []}
    first, *_ = asyncio.run(_said(_front([]), scope, "websocket.connect"))
    assert first["type"] == "websocket.accept"
    assert dict(first["headers"]) == {HEADER.lower().encode(): b"name", REPLICA.lower().encode(): b"abc"}


def test_the_end_of_the_replica_is_that_of_the_application_and_its_start_is_none() -> None:
    closed: list[bool] = []
    said = asyncio.run(_said(_front(closed), {"type": "lifespan"}, "lifespan.startup", "lifespan.shutdown"))
    assert [each["type"] for each in said] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert closed == [True]


def test_serve_finds_the_templates_of_the_routes() -> None:
    front = _front([])
    assert "/here" in {getattr(route, "path", "") for route in front.routes}
    assert front.router.redirect_slashes
