"""Metrics of all replicas in one place: Ray's own, which every node of a cluster offers to Prometheus.

`/metrics` behind Serve's proxy would be that of one replica or another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from prometheus_client import CollectorRegistry

EVERY_S = 5.0  # Ray itself collects every ten seconds
LEFT_OUT = "_created"  # times at which series began; Prometheus's text format has none

Gauge = Any  # of ray.serve.metrics
MakeGauge = Callable[[str, str, tuple[str, ...]], Gauge]

logger = logging.getLogger(__name__)


@contextmanager
def handed_to_ray(registry: CollectorRegistry, every_s: float = EVERY_S) -> Iterator[None]:
    """Hand what a registry counts to Ray every few seconds while the block lasts.

    Each series keeps its name after Ray's ``ray_``, and its labels; Serve adds ``application``,
    ``deployment`` and ``replica``. Enter it in the event loop of a replica.
    """
    task = asyncio.get_running_loop().create_task(_again_and_again(Exporter(registry, _serve_gauge), every_s))
    try:
        yield
    finally:
        task.cancel()


class Exporter:
    """Copies series into gauges, counters and the buckets of histograms too: Ray can only add to its own.

    Parameters
    ----------
    registry
        What counts.
    make_gauge
        Of a name, what it means, and the names of its labels.
    """

    def __init__(self, registry: CollectorRegistry, make_gauge: MakeGauge) -> None:
        self._registry = registry
        self._make_gauge = make_gauge
        self._gauges: dict[str, Gauge] = {}

    def export(self) -> None:
        """Hand over all that the registry says now; in the event loop, as some of it is asked there."""
        for family in self._registry.collect():
            for sample in family.samples:
                if not sample.name.endswith(LEFT_OUT):
                    self._set(sample.name, family.documentation, sample.labels, sample.value)

    def _set(self, name: str, told: str, labels: Mapping[str, str], value: float) -> None:
        if name not in self._gauges:
            self._gauges[name] = self._make_gauge(name, told, tuple(labels))
        self._gauges[name].set(value, tags=dict(labels))


def _serve_gauge(name: str, told: str, labels: tuple[str, ...]) -> Gauge:
    return import_module("ray.serve.metrics").Gauge(name, description=told, tag_keys=labels)


async def _again_and_again(exporter: Exporter, every_s: float) -> None:
    while True:
        try:
            exporter.export()
        except Exception:
            logger.exception("metrics could not be handed to Ray")
        await asyncio.sleep(every_s)
