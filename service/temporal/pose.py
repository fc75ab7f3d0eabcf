"""The pose: what leaves the last room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.options import Stage
from service.people.box import Box, box_round


@dataclass(frozen=True, slots=True)
class Heatmap:
    """One joint's pooled heatmap, to be looked at.

    Attributes
    ----------
    values
        (64, 64) float32 in [0, 1], rows from the top.
    to_frame
        (2, 3) float64: cells (column, row; cell centres at whole numbers) -> pixels of the displayed frame.
    """

    values: NDArray[np.float32]
    to_frame: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pose:
    """One person's joints in one frame.

    Attributes
    ----------
    id
        Stays with the person from frame to frame; counts from 1.
    joints
        (K, 2) float32, pixels of the displayed frame, x then y, origin at the top left pixel's centre.
    scores
        (K,) float32 in [0, 1], the pooled heatmap at its peak.
    spread
        (K,) float32, pixels of the displayed frame: standard deviation of the pooled heatmap around
        its peak, the radius in which the joint is likely to lie.
    heatmap
        Of the joint that was asked for; None when none was.

    Notes
    -----
    A score is the pooled peak, not the probability that the joint is visible: a joint hidden in this
    frame and clear in its neighbours scores high.
    """

    id: int
    joints: NDArray[np.float32]
    scores: NDArray[np.float32]
    spread: NDArray[np.float32]
    heatmap: Heatmap | None = None

    @property
    def score(self) -> float:
        """Mean of the joints' scores."""
        return float(self.scores.mean())

    @property
    def box(self) -> Box:
        """Smallest upright box round all joints."""
        return box_round(self.joints)


@dataclass(frozen=True, slots=True)
class FramePoses:
    """The answer for one frame.

    Attributes
    ----------
    index, time_s
        As in the :class:`~service.media.frame.Frame` it answers.
    people
        Empty when nobody is in view.
    pooled
        How many frames took part in the pooled heatmaps, the frame itself included; the most over people.
    stage
        Provisional answers come in live streams only, before the final one.
    """

    index: int
    time_s: float
    people: tuple[Pose, ...]
    pooled: int
    stage: Stage = Stage.FINAL
