"""What the fit of pooling weights needs to know of many joints in many frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from service.temporal.ring import WINDOW


@dataclass(frozen=True, slots=True)
class Evidence:
    """N times one joint in one frame, with its 31 neighbours; rows of neighbours not met are empty.

    The pooled map is highest where some neighbour's warped map is highest, or near: so the places where the
    31 warped maps are highest stand for all the 4,096 cells.

    Attributes
    ----------
    joint
        (N,) int64, index in the skeleton.
    clean
        (N,) bool: the video was not damaged.
    met
        (N, 31) bool: which neighbours there are.
    values
        (N, 31, 31) float16 in [0, 1]: at the place where neighbour i's warped map is highest, what neighbour
        j's is.
    misses
        (N, 31, 2) float32: from the label to that place, x and y along the crop's sides, in longer sides of
        the person's labelled box.
    heights, frame_heights, slips
        (N, 31) float32: what :class:`service.temporal.trust.Trust` is asked about; cells.
    """

    joint: NDArray[np.int64]
    clean: NDArray[np.bool_]
    met: NDArray[np.bool_]
    values: NDArray[np.float16]
    misses: NDArray[np.float32]
    heights: NDArray[np.float32]
    frame_heights: NDArray[np.float32]
    slips: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.joint)


def empty(count: int) -> Evidence:
    """Room for that many."""
    rows = (count, WINDOW)
    return Evidence(
        joint=np.zeros(count, np.int64),
        clean=np.zeros(count, np.bool_),
        met=np.zeros(rows, np.bool_),
        values=np.zeros((*rows, WINDOW), np.float16),
        misses=np.zeros((*rows, 2), np.float32),
        heights=np.zeros(rows, np.float32),
        frame_heights=np.zeros(rows, np.float32),
        slips=np.zeros(rows, np.float32),
    )


def together(parts: Sequence[Evidence]) -> Evidence:
    """All of it, in one."""
    return Evidence(
        **{
            each.name: np.concatenate([getattr(part, each.name) for part in parts])
            for each in fields(Evidence)
        }
    )
