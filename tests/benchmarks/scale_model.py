"""What so many cameras, or so many hours of video, need: the formulas of deploy/scale.md."""

from __future__ import annotations

import math
from dataclasses import dataclass

HOUR_S, DAY_S = 3600, 86400
MPX = 1e6  # pixels


@dataclass(frozen=True, slots=True)
class Line:
    """``fixed + each * amount``."""

    fixed: float
    each: float

    def at(self, amount: float) -> float:
        """Its value."""
        return self.fixed + self.each * amount

    @classmethod
    def through(cls, low: tuple[float, float], high: tuple[float, float]) -> Line:
        """The line through two points (amount, value).

        Raises
        ------
        ValueError
            They have the same amount.
        """
        if low[0] == high[0]:
            raise ValueError(f"two points at {low[0]:g} make no line")
        each = (high[1] - low[1]) / (high[0] - low[0])
        return cls(low[1] - each * low[0], each)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a frame and a stream cost on one kind of core.

    Attributes
    ----------
    file_cpu_s
        Processor seconds of a frame of a video file, over its megapixels.
    live_cpu_s
        Of a picture of a live stream.
    memory_bytes
        Of a server, over its open streams.
    picture_bytes
        Of a picture on the way in.
    answers_bytes
        Of a picture's provisional and final answer, together.
    result_bytes, packed_bytes
        Of a frame's line of a result; the same, gzipped.
    """

    file_cpu_s: Line
    live_cpu_s: float
    memory_bytes: Line
    picture_bytes: float
    answers_bytes: float
    result_bytes: float
    packed_bytes: float


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod.

    Attributes
    ----------
    cores
        That it has.
    busy
        Part of them that may be planned for.
    """

    cores: int
    busy: float


@dataclass(frozen=True, slots=True)
class LiveNeed:
    """What cameras need; bytes are those of all of them, each second."""

    streams_of_a_pod: int
    pods: int
    cores: int
    pod_memory_bytes: float
    in_bytes_s: float
    out_bytes_s: float
    kept_bytes_day: float


@dataclass(frozen=True, slots=True)
class ArchiveNeed:
    """What hours of video need."""

    frames: float
    core_hours: float
    pods: int
    read_bytes: float
    read_bytes_s: float
    result_bytes: float
    packed_bytes: float


def live(costs: Costs, cameras: int, rate: float, pod: Pod) -> LiveNeed:
    """Cameras that send `rate` pictures a second each.

    Raises
    ------
    ValueError
        A pod does not carry even one of them.
    """
    of_a_pod = math.floor(pod.busy * pod.cores / (rate * costs.live_cpu_s))
    if of_a_pod == 0:
        raise ValueError(f"{pod.cores} cores do not carry a stream of {rate:g} pictures a second")
    pods = math.ceil(cameras / of_a_pod)
    return LiveNeed(
        streams_of_a_pod=of_a_pod,
        pods=pods,
        cores=pods * pod.cores,
        pod_memory_bytes=costs.memory_bytes.at(of_a_pod),
        in_bytes_s=cameras * rate * costs.picture_bytes,
        out_bytes_s=cameras * rate * costs.answers_bytes,
        kept_bytes_day=cameras * rate * DAY_S * costs.packed_bytes,
    )


def archive(
    costs: Costs, hours: float, rate: float, mpx: float, bits_s: float, days: float, pod: Pod, again: float
) -> ArchiveNeed:
    """Hours of video, to be done within some days.

    Parameters
    ----------
    rate, mpx, bits_s
        Frames a second, megapixels of a frame, and bits a second of the files.
    again
        Part of the frames that is worked on twice, because videos are cut into segments; see `halo`.
    """
    frames = hours * HOUR_S * rate
    core_hours = frames * (1 + again) * costs.file_cpu_s.at(mpx) / HOUR_S
    read_bytes = hours * HOUR_S * bits_s / 8
    return ArchiveNeed(
        frames=frames,
        core_hours=core_hours,
        pods=math.ceil(core_hours / (24 * days * pod.cores * pod.busy)),
        read_bytes=read_bytes,
        read_bytes_s=read_bytes / (days * DAY_S),
        result_bytes=frames * costs.result_bytes,
        packed_bytes=frames * costs.packed_bytes,
    )


def halo(segment: float, worked: float, decoded: float, decode_part: float) -> float:
    """Part of a segment's work that is done for its neighbours' sake, or twice.

    Parameters
    ----------
    segment
        Frames of a segment.
    worked
        Frames before and behind it that are worked on.
    decoded
        Frames before it that are decoded only.
    decode_part
        Part of a frame's work that decoding is.
    """
    return (worked + decode_part * decoded) / segment
