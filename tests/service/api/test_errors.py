from __future__ import annotations

import asyncio
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI, Query
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from service.api.errors import add_error_handlers
from service.api.problems import Busy


@pytest.fixture
def app() -> FastAPI:
    """Goes wrong at every address."""
    failing = FastAPI()
    add_error_handlers(failing)

    @failing.get("/{kind}")
    async def fail(kind: str, number: Annotated[int, Query(le=3)] = 0) -> None:
        raise {
            "problem": Busy("Come again."),
            "bug": RuntimeError("the password is 1234"),
            "teapot": HTTPException(418, "short and stout"),
            "gone": ClientDisconnect(),
        }[kind]

    return failing


def get(app: FastAPI, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_a_problem_is_told_in_full(app: FastAPI) -> None:
    response = get(app, "/problem")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert int(response.headers["retry-after"]) > 0
    assert response.json() == {
        "type": "/problems/busy",
        "title": "All places are taken",
        "status": 503,
        "detail": "Come again.",
        "instance": "/problem",
    }


def test_a_bug_is_told_without_internals(app: FastAPI) -> None:
    response = get(app, "/bug")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "/problems/internal"
    assert "1234" not in response.text
    assert "RuntimeError" not in response.text


def test_each_wrong_parameter_is_listed(app: FastAPI) -> None:
    problem = get(app, "/problem?number=9").json()
    assert problem["type"] == "/problems/parameters-invalid"
    assert problem["errors"] == [{"name": "number", "detail": "Input should be less than or equal to 3"}]


def test_other_refusals_keep_their_status(app: FastAPI) -> None:
    problem = get(app, "/teapot").json()
    assert (problem["status"], problem["detail"]) == (418, "short and stout")


def test_a_client_that_has_gone_is_no_fault_of_the_server(app: FastAPI) -> None:
    assert get(app, "/gone").status_code == 499
