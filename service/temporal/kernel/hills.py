"""All that stands out of some joints' pooled maps: for a body model, which chooses among their peaks."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.temporal.kernel.layout import BLOCKS, Landing, Rings, Route
from service.temporal.kernel.search import take


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def pool_hills(
    rings: Rings,
    route: Route,
    grid_x: NDArray[np.float32],
    grid_y: NDArray[np.float32],
    keep_largest: bool,
    bounds: NDArray[np.float32],
    landing: Landing,
    joints: NDArray[np.int64],
    floor: float,
    pooled: NDArray[np.float32],
) -> None:
    """Pool wherever a joint's map can rise above a floor, after `search.pool_best_first`.

    Parameters
    ----------
    bounds, landing
        As that search leaves them.
    joints
        (J,) int64, whose maps.
    floor
        Heatmap value; blocks whose bound is lower stay as they are.
    pooled
        (K, 4096) float32, as the search leaves it; written block by block.
    """
    for n in range(joints.shape[0]):
        joint = joints[n]
        for block in range(BLOCKS * BLOCKS):
            if bounds[block, joint] >= floor:
                take(
                    rings,
                    route,
                    grid_x,
                    grid_y,
                    keep_largest,
                    joint,
                    block,
                    bounds,
                    landing,
                    pooled[joint],
                )
