"""What propagation answers: every object of one frame, how sure it is, and which labels it comes from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.propagation.labels import Track, Visibility
from service.temporal.grid import Points


@dataclass(frozen=True, slots=True)
class Carried:
    """One object in one frame.

    Attributes
    ----------
    track
        Which object.
    points
        (K, 2) float32, frame pixels, x then y; 0 where ``visibility`` is 0.
    visibility
        (K,) uint8: that of the nearer label; 0 where no label knows the point, or where it left the picture.
    scores
        (K,) float32 in [0, 1]; 1 on a labelled frame, 0 where ``visibility`` is 0.
    frames
        The labelled frames it comes from: one or two, the one that weighs more first.
    nearer
        The labelled frame among them that is nearer in time, the earlier one of two at the same distance.

    Notes
    -----
    A score is made from how well flow there and back agree along the way, how many frames away the labels
    are, and how far what comes from the two sides lies apart, all relative to the object's size. It is near
    the chance of being within 5 % of the object's longer side, as measured on JHMDB: an aid to find frames
    that are worth a look, not a promise. With ``posewarper`` it is made from how high and how narrow the
    warped heatmaps are instead of the flow, and was not fitted.
    """

    track: Track
    points: Points
    visibility: Visibility
    scores: NDArray[np.float32]
    frames: tuple[int, ...]
    nearer: int

    @property
    def score(self) -> float:
        """Mean over the points that are there; 0 if there are none."""
        there = self.visibility > 0
        return float(self.scores[there].mean()) if there.any() else 0.0


@dataclass(frozen=True, slots=True)
class CarriedFrame:
    """All objects of one decoded frame.

    Attributes
    ----------
    index, time_s
        Of the frame.
    labelled
        Whether the frame is a labelled one: then the objects are its labels as given.
    objects
        Those with a point in the picture.
    """

    index: int
    time_s: float
    labelled: bool
    objects: tuple[Carried, ...]
