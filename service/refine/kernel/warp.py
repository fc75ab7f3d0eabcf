"""Sample the neighbours' maps where the flow leads (compiled)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.temporal.grid import CELLS
from service.temporal.kernel import BLOCKS, FULL, PADDED, Landing, Rings, Route, carry


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def warp(
    rings: Rings,
    route: Route,
    grid_x: NDArray[np.float32],
    grid_y: NDArray[np.float32],
    landing: Landing,
    joints: NDArray[np.int64],
    warped: NDArray[np.float32],
) -> None:
    """Sample the maps of all neighbours met in all cells; the first met is the output frame itself.

    Parameters
    ----------
    grid_x, grid_y
        (4096,) float32, frame pixels of the output frame, block by block.
    landing
        Filled in.
    joints
        (K,) int64, whose maps.
    warped
        (M or more, K, 4096) float32, block by block; written but for the first, the output frame's own.
    """
    for block in range(BLOCKS * BLOCKS):
        carry(rings, route, grid_x, grid_y, block, landing)
    for m in range(1, landing.slot.shape[0]):
        corner, right_share, lower_share = landing.corner[m], landing.share[m, 0], landing.share[m, 1]
        for k in range(joints.shape[0]):
            source, into = rings.maps[landing.slot[m], joints[k]], warped[m, k]
            for n in range(CELLS * CELLS):
                c, a, b = corner[n], right_share[n], lower_share[n]
                here, right = np.float32(source[c]), np.float32(source[c + 1])
                below, across = np.float32(source[c + PADDED]), np.float32(source[c + PADDED + 1])
                upper = here + a * (right - here)
                into[n] = (upper + b * (below + a * (across - below) - upper)) / FULL
