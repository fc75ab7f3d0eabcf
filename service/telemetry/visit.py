"""One request, stream or job from its first byte to its last, for metrics, logs and traces."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from service.telemetry.metrics import OUTSIDE, Metrics
from service.watch import Watch


@dataclass(slots=True)
class StageTotal:
    """What one stage took in all.

    Attributes
    ----------
    began_ns, ended_ns
        Of its first and last piece, by `time.time_ns`.
    seconds, count
        Its pieces, which may lie far apart.
    """

    began_ns: int
    ended_ns: int = 0
    seconds: float = 0.0
    count: int = 0


class Visit(Watch):
    """Watches one piece of work for its whole life; told by several threads.

    Parameters
    ----------
    metrics
        Told everything as well.
    ids
        What it is called in logs.

    Attributes
    ----------
    frames
        Answered, finally.
    bytes_in, bytes_out
        Bodies and messages.
    problem
        The last one that was told; empty if there was none.
    stages
        Totals by stage.
    """

    def __init__(self, metrics: Metrics, ids: Mapping[str, str]) -> None:
        self._metrics = metrics
        self._ids = ids
        self._lock = threading.Lock()
        self.frames = 0
        self.bytes_in = 0
        self.bytes_out = 0
        self.problem = ""
        self.stages: dict[str, StageTotal] = {}

    @property
    def ids(self) -> Mapping[str, str]:
        """As given."""
        return self._ids

    def stage(self, stage: str, seconds: float) -> None:
        """Count it, and keep its total for the traces."""
        self._metrics.stage(stage, seconds)
        now_ns = time.time_ns()
        name = OUTSIDE.get(stage, stage)
        with self._lock:
            total = self.stages.get(name)
            if total is None:
                total = self.stages[name] = StageTotal(now_ns - int(1e9 * seconds))
            total.ended_ns = now_ns
            total.seconds += seconds
            total.count += 1

    def answered(self, mode: str, stage: str) -> None:
        """Count final answers; a provisional one is followed by its final."""
        if stage == "final":
            self.frames += 1
            self._metrics.processed(mode)

    def dropped(self, reason: str) -> None:
        """Count it."""
        self._metrics.dropped(reason)

    def lagged(self, seconds: float) -> None:
        """Count it."""
        self._metrics.lagged(seconds)

    def sent(self, stage: str, seconds: float) -> None:
        """Count it."""
        self._metrics.latency(stage, seconds)

    def waited(self, seconds: float) -> None:
        """Count it."""
        self._metrics.waited(seconds)

    def ran(self, crops: int) -> None:
        """Count it."""
        self._metrics.ran(crops)

    def told(self, kind: type[Exception], name: str) -> None:
        """Count it, by the part of the house that declares it."""
        self.problem = name
        self._metrics.problem(kind.__module__.split(".")[1] if "." in kind.__module__ else "", name)
