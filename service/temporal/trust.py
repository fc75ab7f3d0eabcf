"""Adaptive pooling: how far each neighbour is to be trusted, joint by joint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SLIP_POWER = 2.0  # a neighbour that slipped by the scale counts a quarter


@dataclass(frozen=True, slots=True)
class Trust:
    """What makes a neighbour count less than its time offset says.

    Attributes
    ----------
    joint
        Exponent of the highest value of the neighbour's own map of the joint.
    frame
        Exponent of the mean of that over all joints: a blurred frame is blurred everywhere.
    slip_cells
        Heatmap cells of forward-backward flow error, added up along the chain, at which a neighbour counts a
        quarter.

    Notes
    -----
    Not in the papers. All parts compare neighbours with each other: a joint that is equally clear everywhere
    and moves as the flow says has the weights of ``parametric``. Slips are counted from the neighbour with
    the smallest: where all flow to the output frame is bad, the frame itself is bad, and must not stand
    alone.
    """

    joint: float = 1.0
    frame: float = 1.0
    slip_cells: float = 4.0

    def of(self, heights: NDArray[np.float32], slips_cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """How much each neighbour counts beside its weight.

        Parameters
        ----------
        heights
            (M, K) float32 in [0, 1]: the highest value of each neighbour's own map; first the output frame's.
        slips_cells
            (M, K) float32, cells; see `kernel.slips`.

        Returns
        -------
        (M, K) float32, not negative.
        """
        clear = heights**self.joint * heights.mean(axis=1, keepdims=True) ** self.frame
        doubt = 1 + beyond_nearest(slips_cells) / np.float32(self.slip_cells)
        return np.asarray(clear * doubt**-SLIP_POWER, np.float32)


def beyond_nearest(slips: NDArray[np.float32]) -> NDArray[np.float32]:
    """(M, K) slips less the smallest of all neighbours but the first, the output frame, whose own is zero."""
    if len(slips) == 1:
        return slips
    return np.asarray(np.maximum(slips - slips[1:].min(axis=0), 0), np.float32)
