"""What `/metrics` counts (field notes 4.7): names, units and the few labels that there are.

No label has an id, a path or anything else that a client makes up: there are as many series after a year as
after a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder

FRAME_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
LATENCY_S = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5)
REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
CROPS = (1, 2, 4, 8, 16, 32)
OUTSIDE = {"find": "detect"}  # stages whose name inside says less


class Metrics:
    """All counters and histograms of one application, in a registry of its own; from any thread."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "http_requests", "Answered requests.", ("method", "handler", "status"), registry=registry
        )
        self._request_s = Histogram(
            "http_request_duration_seconds",
            "From the head of a request to the end of its answer.",
            ("handler",),
            buckets=REQUEST_S,
            registry=registry,
        )
        self._received = Counter(
            "http_received_bytes", "Bodies and messages that came: uploads.", ("handler",), registry=registry
        )
        self._sent = Counter(
            "http_sent_bytes", "Bodies and messages that left.", ("handler",), registry=registry
        )
        self._streams = Counter(
            "pose_streams",
            "Live streams that ended, by the server's close code.",
            ("code",),
            registry=registry,
        )
        self._problems = Counter(
            "pose_problems",
            "Problems told to clients, by the room that found them; `media` is the decoder.",
            ("room", "problem"),
            registry=registry,
        )
        self._decoded = Counter("pose_frames_decoded", "Frames and pictures decoded.", registry=registry)
        self._processed = Counter(
            "pose_frames_processed", "Frames whose final poses were found.", ("mode",), registry=registry
        )
        self._dropped = Counter(
            "pose_frames_dropped", "Pictures of streams not worked on.", ("reason",), registry=registry
        )
        self._stage_s = Histogram(
            "pose_stage_seconds",
            "Time of each step, a frame.",
            ("stage",),
            buckets=FRAME_S,
            registry=registry,
        )
        self._wait_s = Histogram(
            "pose_queue_wait_seconds",
            "Time that a frame's crops wait for the network.",
            buckets=FRAME_S,
            registry=registry,
        )
        self._batch = Histogram(
            "pose_batch_size", "Crops in one run of the network.", buckets=CROPS, registry=registry
        )
        self._lag_s = Histogram(
            "pose_stream_lag_seconds",
            "Age of a stream's picture when its turn comes.",
            buckets=LATENCY_S,
            registry=registry,
        )
        self._latency_s = Histogram(
            "pose_end_to_end_seconds",
            "From the receipt of a stream's picture to the sending of its answer.",
            ("stage",),
            buckets=LATENCY_S,
            registry=registry,
        )
        self._stages: dict[str, Histogram] = {}

    @contextmanager
    def described(self, name: str, told: str, labels: Mapping[str, str]) -> Iterator[None]:
        """For the block, a series that is always 1 and says something by its labels: ``pose_build_info``."""
        gauge = Gauge(name, told, tuple(labels), registry=self.registry)
        gauge.labels(**labels).set(1)
        try:
            yield
        finally:
            self.registry.unregister(gauge)

    def request(self, method: str, handler: str, status: int, seconds: float) -> None:
        """A request was answered in full."""
        self._requests.labels(method, handler, str(status)).inc()
        self._request_s.labels(handler).observe(seconds)

    def received(self, handler: str, count: int) -> None:
        """Bytes of a body or message came."""
        self._received.labels(handler).inc(count)

    def sent(self, handler: str, count: int) -> None:
        """Bytes of a body or message left."""
        self._sent.labels(handler).inc(count)

    def stream_ended(self, code: str) -> None:
        """A socket was closed by the server with a code, or by the client: ``left``."""
        self._streams.labels(code).inc()

    def problem(self, room: str, problem: str) -> None:
        """A client was told of a problem."""
        self._problems.labels(room, problem).inc()

    def stage(self, stage: str, seconds: float) -> None:
        """A stage of a frame's path took so long."""
        child = self._stages.get(stage)
        if child is None:
            child = self._stages[stage] = self._stage_s.labels(OUTSIDE.get(stage, stage))
        child.observe(seconds)
        if stage == "decode":
            self._decoded.inc()

    def processed(self, mode: str) -> None:
        """The final poses of a frame of a ``file`` or a ``live`` stream are there."""
        self._processed.labels(mode).inc()

    def dropped(self, reason: str) -> None:
        """A picture was not worked on."""
        self._dropped.labels(reason).inc()

    def waited(self, seconds: float) -> None:
        """Crops waited for the network."""
        self._wait_s.observe(seconds)

    def ran(self, crops: int) -> None:
        """The network ran once."""
        self._batch.observe(crops)

    def lagged(self, seconds: float) -> None:
        """A stream's picture waited for its turn."""
        self._lag_s.observe(seconds)

    def latency(self, stage: str, seconds: float) -> None:
        """A stream's answer left."""
        self._latency_s.labels(stage).observe(seconds)

    def text(self, accept: str) -> tuple[bytes, str]:
        """All of it in one of Prometheus's formats.

        Parameters
        ----------
        accept
            The header of the request, empty for plain text.

        Returns
        -------
        The text, and its media type.
        """
        encode, media_type = choose_encoder(accept)
        return encode(self.registry), media_type
