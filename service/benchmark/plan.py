"""What is measured, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from service.options import Options
from service.temporal.grid import HALF_WINDOW


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and for how long.

    Attributes
    ----------
    models
        Networks, by name.
    batches
        Crops in one run of a network alone.
    streams
        How many streams at a time on the whole path.
    live
        How many live streams at a time, each at :attr:`fps`; 0 for none.
    fps
        Frames a second of a live stream.
    seconds
        Least time of one measurement.
    frames
        Of one stream on the whole path, besides those that warm it.
    window
        Neighbours on each side, all of them before an answer is final.
    """

    models: tuple[str, ...] = (Options().model,)
    batches: tuple[int, ...] = (1, 8, 32)
    streams: int = 8
    live: int = 8
    fps: float = 30.0
    seconds: float = 1.0
    frames: int = 120
    window: int = HALF_WINDOW


USUAL = Plan()
