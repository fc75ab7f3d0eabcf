"""What is counted at the moment when `/metrics` is read, and not before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from service.telemetry.gpu import GpuMemory


def _no_jobs() -> Mapping[str, int]:
    return {}


@dataclass(frozen=True, slots=True)
class Gauges(Collector):
    """Read by a registry; each part is asked in the event loop and must not wait.

    Attributes
    ----------
    streams, videos
        How many are open.
    waiting
        Frames in line for a network.
    gpu
        The card's memory, where there is a card.
    jobs
        How many, by state.
    """

    streams: Callable[[], int]
    videos: Callable[[], int]
    waiting: Callable[[], int]
    gpu: GpuMemory = field(default_factory=GpuMemory)
    jobs: Callable[[], Mapping[str, int]] = _no_jobs

    def collect(self) -> Iterator[Metric]:
        """One family after the other."""
        yield GaugeMetricFamily("pose_sessions_active", "Live streams that are open.", self.streams())
        yield GaugeMetricFamily("pose_videos_active", "Requests that hold a video's place.", self.videos())
        yield GaugeMetricFamily("pose_queue_depth", "Frames in line for the network.", self.waiting())
        yield _labelled("pose_jobs", "Jobs by state.", "state", self.jobs())
        yield _labelled("pose_gpu_memory_bytes", "Memory of the card.", "kind", self.gpu.read())


def _labelled(name: str, told: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=(label,))
    for value, count in values.items():
        family.add_metric((value,), count)
    return family
