from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from service.api.errors import add_error_handlers
from service.api.problems import Busy
from service.api.visits import Visits
from service.telemetry.logs import FIELDS
from service.telemetry.telemetry import Telemetry
from service.telemetry.traces import Traces
from service.watch import timed, watch

Said = Callable[[], list[logging.LogRecord]]


class House:
    """A small application with everything around it that a visit leaves a trace in."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.telemetry = Telemetry(Traces(self.exporter))
        self.app = FastAPI()
        add_error_handlers(self.app)
        self.app.add_middleware(Visits, telemetry=self.telemetry)

        @self.app.post("/task/{item}")
        async def work(item: str, request: Request) -> Response:
            body = await request.body()
            with timed("network"):
                watch().answered("file", "final")
            return Response(body * 2)

        @self.app.get("/busy")
        async def busy() -> None:
            raise Busy("Come again.")

        @self.app.get("/bug")
        async def bug() -> None:
            raise RuntimeError("s3cret")

        @self.app.get("/broken")
        async def broken() -> Response:
            async def pieces() -> AsyncIterator[bytes]:
                yield b"begun"
                raise RuntimeError("s3cret")

            return StreamingResponse(pieces())

        @self.app.get("/livez")
        async def live() -> None:
            return None

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        async def asking() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, **how)

        return asyncio.run(asking())

    @property
    def metrics(self) -> str:
        return self.telemetry.metrics.text("")[0].decode()


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Said:
    """The service's own lines so far."""
    caplog.set_level(logging.INFO, "service")
    return lambda: [line for line in caplog.records if line.name.startswith("service.")]


def test_a_request_leaves_one_line(house: House, said: Said) -> None:
    key = {"Authorization": "Bearer s3cret", "X-Request-ID": "mine"}
    answer = house.ask("POST", "/task/17?key=s3cret", content=b"abc", headers=key)
    assert answer.headers["x-request-id"] == "mine"
    (line,) = said()
    fields = dict(getattr(line, FIELDS))
    assert fields.pop("ms") >= 0
    assert fields == {
        "method": "POST",
        "path": "/task/17",
        "handler": "/task/{item}",
        "status": 200,
        "bytes_in": 3,
        "bytes_out": 6,
        "frames": 1,
        "client": "127.0.0.1",
    }
    assert "s3cret" not in str(vars(line))


def test_a_request_is_counted_by_its_template(house: House) -> None:
    for n in range(3):
        house.ask("POST", f"/task/{n}", content=b"abcd")
        house.ask("GET", f"/nowhere/{n}")
    house.ask("BREW", "/nowhere")
    assert 'http_requests_total{handler="/task/{item}",method="POST",status="200"} 3.0' in house.metrics
    assert 'http_requests_total{handler="none",method="GET",status="404"} 3.0' in house.metrics
    assert 'method="other"' in house.metrics
    assert 'http_received_bytes_total{handler="/task/{item}"} 12.0' in house.metrics
    assert 'http_sent_bytes_total{handler="/task/{item}"} 24.0' in house.metrics
    assert "/task/1" not in house.metrics
    assert "BREW" not in house.metrics


def test_a_request_is_a_span(house: House) -> None:
    house.ask("POST", "/task/1", content=b"abc", headers={"X-Request-ID": "mine"})
    house.telemetry._traces.close()
    spans = {span.name: span for span in house.exporter.get_finished_spans()}
    assert set(spans) == {"POST /task/{item}", "network"}
    told = spans["POST /task/{item}"].attributes
    assert told is not None
    assert (told["flowpose.request_id"], told["http.response.status_code"]) == ("mine", 200)


def test_a_problem_names_the_request_it_happened_in(house: House, said: Said) -> None:
    answer = house.ask("GET", "/busy")
    assert answer.json()["instance"] == f"/busy#{answer.headers['x-request-id']}"
    assert getattr(said()[-1], FIELDS)["problem"] == "busy"
    assert 'pose_problems_total{problem="busy",room="api"} 1.0' in house.metrics


def test_what_nobody_foresaw_is_answered_and_logged_once(house: House, said: Said) -> None:
    answer = house.ask("GET", "/bug")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal")
    assert "s3cret" not in answer.text
    assert answer.headers["x-request-id"] in answer.json()["instance"]
    assert [line.levelname for line in said()] == ["ERROR", "INFO"]
    assert 'handler="/bug",method="GET",status="500"' in house.metrics


def test_an_answer_that_breaks_is_left_to_the_server(house: House) -> None:
    with pytest.raises(RuntimeError, match="s3cret"):
        house.ask("GET", "/broken")
    assert 'handler="/broken"' in house.metrics


def test_who_only_looks_whether_it_lives_fills_no_log(house: House, said: Said) -> None:
    house.ask("GET", "/livez")
    assert said() == []
    assert 'handler="/livez"' in house.metrics
