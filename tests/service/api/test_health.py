from __future__ import annotations

import asyncio

import httpx

from service.app import create_app
from service.settings import Settings


def test_before_it_has_started_it_lives_but_is_not_ready() -> None:
    app = create_app(Settings())

    async def ask(*paths: str) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.get(path) for path in paths]

    live, ready = asyncio.run(ask("/livez", "/readyz"))
    assert live.json() == {"status": "alive"}
    assert (ready.status_code, ready.json()["type"]) == (503, "/problems/starting")
    assert int(ready.headers["retry-after"]) > 0
