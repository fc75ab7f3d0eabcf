"""Labels as propagation sees them: points of tracked objects, on some frames."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.people.box import Box, box_round
from service.propagation.errors import NoLabels, TrackTwice
from service.temporal.grid import Points

Track: TypeAlias = Hashable
"""Whatever tells one object from another; the same object has the same track on every labelled frame."""

Visibility: TypeAlias = NDArray[np.uint8]
"""(K,) uint8 as COCO has it: 0 not labelled, 1 labelled but hidden, 2 labelled and visible."""


@dataclass(frozen=True, slots=True)
class Target:
    """One labelled object in one frame.

    Attributes
    ----------
    track
        Which object.
    points
        (K, 2) float32, frame pixels, x then y; finite, and of no meaning where ``visibility`` is 0.
    visibility
        (K,) uint8: 0, 1 or 2.
    names
        What the K points are called; empty where nobody said.
    """

    track: Track
    points: Points
    visibility: Visibility
    names: tuple[str, ...] = ()

    @property
    def known(self) -> NDArray[np.bool_]:
        """(K,) bool: labelled, be it visible or hidden."""
        return self.visibility > 0

    @property
    def box(self) -> Box | None:
        """The box round the labelled points; None if there are none."""
        return box_round(self.points[self.known]) if self.known.any() else None


class Labels:
    """The labelled frames of one video.

    A labelled frame is one with a target at least; it is complete: an object that is not on it was not
    there. Where an object is on one of two neighbouring labelled frames only, it is carried half way.

    Parameters
    ----------
    targets
        For each labelled frame, counted from 0, what is on it. Frames without targets are not labelled.

    Raises
    ------
    NoLabels
        No target has a labelled point.
    TrackTwice
        Two targets of a frame have the same track.
    """

    def __init__(self, targets: Mapping[int, Iterable[Target]]) -> None:
        given = {frame: tuple(each) for frame, each in sorted(targets.items())}
        self._targets = {frame: each for frame, each in given.items() if each}
        self.frames: tuple[int, ...] = tuple(self._targets)
        for frame, each in self._targets.items():
            _check_tracks(frame, each)
        if not any(target.known.any() for each in self._targets.values() for target in each):
            raise NoLabels("There is no annotation with a keypoint whose visibility is 1 or 2.")

    def at(self, frame: int) -> tuple[Target, ...]:
        """What is labelled on a frame; empty if it is not a labelled frame."""
        return self._targets.get(frame, ())

    def after(self, frame: int) -> int | None:
        """The first labelled frame after this one; None if there is none."""
        place = bisect_right(self.frames, frame)
        return self.frames[place] if place < len(self.frames) else None


def _check_tracks(frame: int, targets: tuple[Target, ...]) -> None:
    seen: set[Track] = set()
    for target in targets:
        if target.track in seen:
            raise TrackTwice(f"Frame {frame} has two labels of {target.track}; give each a track_id.")
        seen.add(target.track)
