from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from service.telemetry.metrics import Metrics
from service.telemetry.traces import STANDARD, Traces, open_traces
from service.telemetry.visit import Visit

ABOVE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def travelled(headers: dict[str, str], failed: bool = False) -> dict[str, ReadableSpan]:
    """The spans of one journey with two stages, by name."""
    exporter = InMemorySpanExporter()
    traces = Traces(exporter)
    visit = Visit(Metrics(), {"request_id": "r1"})
    with traces.journey("POST", visit, headers) as journey:
        visit.stage("decode", 0.5)
        visit.stage("find", 0.25)
        visit.stage("decode", 0.5)
        journey.ends("POST /v1/poses", failed, http__route="/v1/poses", flowpose__frames=2)
    traces.close()
    return {span.name: span for span in exporter.get_finished_spans()}


def test_stages_lie_under_the_request() -> None:
    spans = travelled({})
    assert set(spans) == {"POST /v1/poses", "decode", "detect"}
    request = spans["POST /v1/poses"]
    assert request.attributes is not None
    assert dict(request.attributes) == {
        "flowpose.request_id": "r1",
        "http.route": "/v1/poses",
        "flowpose.frames": 2,
    }
    assert request.status.is_unset
    decode = spans["decode"]
    assert decode.attributes is not None
    assert dict(decode.attributes) == {"flowpose.seconds": 1.0, "flowpose.count": 2}
    assert decode.parent is not None
    assert decode.parent.span_id == request.context.span_id
    assert decode.start_time is not None
    assert decode.end_time is not None
    assert decode.end_time - decode.start_time >= 0.5e9


def test_a_trace_goes_on_where_the_client_began_it() -> None:
    request = travelled({"traceparent": ABOVE})["POST /v1/poses"]
    assert f"{request.context.trace_id:032x}" == ABOVE.split("-")[1]
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == ABOVE.split("-")[2]


def test_a_failure_is_marked() -> None:
    assert not travelled({}, failed=True)["POST /v1/poses"].status.is_ok


def test_without_an_address_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(STANDARD, raising=False)
    traces = open_traces("")
    with traces.journey("GET", Visit(Metrics(), {})) as journey:
        journey.ends("GET /livez", failed=False)
    traces.close()


def test_without_the_packages_there_is_a_plain_refusal() -> None:
    program = (
        "import sys; sys.modules['opentelemetry.exporter.otlp'] = None;"
        "from service.app import create_app; from service.errors import Problem;"
        "from service.settings import Settings\n"
        "try: create_app(Settings(traces='http://127.0.0.1:4318'))\n"
        "except Problem as problem: print(problem.name, problem.detail)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("traces-unavailable")
    assert "flowpose[otel]" in done.stdout


def test_a_service_without_traces_imports_none_of_it() -> None:
    program = "import sys, service.main; print('opentelemetry.sdk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
