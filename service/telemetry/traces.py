"""OpenTelemetry: a span for each request, stream or job, and one under it for each stage of its frames.

A stage's span reaches from its first piece to its last, whatever lies between; its attributes say how long
the pieces took in all and how many there were. A span for every stage of every frame would be 200 a second
and stream, and cost more than it tells.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.telemetry.errors import TracesUnavailable
from service.telemetry.visit import StageTotal, Visit

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span

STANDARD = "OTEL_EXPORTER_OTLP_ENDPOINT"
PATH = "/v1/traces"  # of the OTLP specification, for traces over HTTP
FLUSH_MS = 1000  # for the last spans, when the service stops

Attribute = str | int | float
NOBODY: Mapping[str, str] = {}


class Journey:
    """One span that is open: what is said at its end."""

    def __init__(self, span: Span | None = None) -> None:
        self._span = span

    def ends(self, name: str, failed: bool, **attributes: Attribute) -> None:
        """Say what it was, now that it is known."""
        if self._span is None:
            return
        from opentelemetry.trace import Status, StatusCode

        self._span.update_name(name)
        self._span.set_attributes({key.replace("__", "."): value for key, value in attributes.items()})
        if failed:
            self._span.set_status(Status(StatusCode.ERROR))


class Traces:
    """Makes spans and hands them to an exporter, in batches from a thread; None makes none.

    Parameters
    ----------
    exporter
        Takes the spans.
    """

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        self._provider = None
        if exporter is None:
            return
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        service = os.environ.get("OTEL_SERVICE_NAME", "flowpose")
        self._provider = TracerProvider(resource=Resource.create({"service.name": service}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("flowpose")

    @contextmanager
    def journey(self, kind: str, visit: Visit, headers: Mapping[str, str] = NOBODY) -> Iterator[Journey]:
        """Trace the block.

        Parameters
        ----------
        kind
            What it is until it says better at its end.
        visit
            Its stages become spans under it.
        headers
            May say by ``traceparent`` what it belongs to (W3C Trace Context).
        """
        if self._provider is None:
            yield Journey()
            return
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        above = TraceContextTextMapPropagator().extract(headers)
        with self._tracer.start_as_current_span(kind, context=above, kind=SpanKind.SERVER) as span:
            span.set_attributes({f"flowpose.{name}": value for name, value in visit.ids.items()})
            try:
                yield Journey(span)
            finally:
                for name, total in list(visit.stages.items()):
                    self._stage(name, total)

    def close(self) -> None:
        """Send what is left, if somebody takes it."""
        if self._provider is not None:
            self._provider.force_flush(FLUSH_MS)
            self._provider.shutdown()

    def _stage(self, name: str, total: StageTotal) -> None:
        span = self._tracer.start_span(name, start_time=total.began_ns)
        span.set_attributes({"flowpose.seconds": total.seconds, "flowpose.count": total.count})
        span.end(total.ended_ns)


def open_traces(endpoint: str) -> Traces:
    """Traces to a collector that speaks OTLP over HTTP.

    Parameters
    ----------
    endpoint
        Its address, such as ``http://localhost:4318``; empty for what OpenTelemetry's own variable
        ``OTEL_EXPORTER_OTLP_ENDPOINT`` says, and if that is not set there are no traces.

    Raises
    ------
    TracesUnavailable
        The packages for it are not here.
    """
    if not endpoint and not os.environ.get(STANDARD):
        return Traces()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise TracesUnavailable(
            f"Traces need a Python package that is not here: {error}. Install flowpose[otel]."
        ) from error
    return Traces(OTLPSpanExporter(endpoint=endpoint.rstrip("/") + PATH if endpoint else None))
