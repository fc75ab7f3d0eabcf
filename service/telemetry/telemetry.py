"""Metrics and traces of one application, and how a piece of work gets its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from service.telemetry.gauges import Gauges
from service.telemetry.metrics import Metrics
from service.telemetry.traces import NOBODY, Journey, Traces
from service.telemetry.visit import Visit
from service.watch import watched_by

BUILD, ENGINE = "pose_build_info", "pose_engine_info"


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work while it lasts.

    Attributes
    ----------
    visit
        What it did so far.
    journey
        Its span, which is given its name and attributes at the end.
    """

    visit: Visit
    journey: Journey


class Telemetry:
    """Made with the application, so that nothing is shared between two of them.

    Parameters
    ----------
    traces
        Where spans go; nowhere if None.

    Attributes
    ----------
    metrics
        All counters.
    """

    def __init__(self, traces: Traces | None = None) -> None:
        self.metrics = Metrics()
        self._traces = Traces() if traces is None else traces

    @contextmanager
    def open(self, gauges: Gauges, build: Mapping[str, str], engine: Mapping[str, str]) -> Iterator[None]:
        """Tell as well what is there at the moment, while the block lasts; send the last spans at its end."""
        metrics = self.metrics
        with (
            metrics.described(BUILD, "What the process is made of.", build),
            metrics.described(ENGINE, "What runs where a request names nothing else.", engine),
        ):
            metrics.registry.register(gauges)
            try:
                yield
            finally:
                metrics.registry.unregister(gauges)
                gauges.gpu.close()
                self._traces.close()

    @contextmanager
    def work(self, kind: str, ids: Mapping[str, str], headers: Mapping[str, str] = NOBODY) -> Iterator[Work]:
        """Watch the block, and the threads that are started in it, as one piece of work.

        Parameters
        ----------
        kind
            What it is: ``job``, or a request's method.
        ids
            What it is called in logs and traces, such as ``job_id``.
        headers
            Of the request, if there is one; they may continue a trace.
        """
        visit = Visit(self.metrics, ids)
        with watched_by(visit), self._traces.journey(kind, visit, headers) as journey:
            yield Work(visit, journey)
