"""The whole pooled map of one joint, for eyes; joints need only its peak (see `search`)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.temporal.kernel.carry import carry
from service.temporal.kernel.layout import BLOCKS, Landing, Rings, Route
from service.temporal.kernel.search import gather


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def pool_whole(
    rings: Rings,
    route: Route,
    grid_x: NDArray[np.float32],
    grid_y: NDArray[np.float32],
    keep_largest: bool,
    landing: Landing,
    joint: int,
    pooled: NDArray[np.float32],
) -> None:
    """Pool one joint's map in all cells.

    Parameters
    ----------
    grid_x, grid_y
        (4096,) float32, frame pixels of the output frame, block by block.
    keep_largest
        Max pooling instead of a weighted sum.
    landing
        Of the same route; filled in where it is not.
    pooled
        (4096,) float32, block by block; written.
    """
    for block in range(BLOCKS * BLOCKS):
        if not landing.carried[block]:
            carry(rings, route, grid_x, grid_y, block, landing)
        gather(rings.maps, landing, route.weights, keep_largest, joint, block, pooled)
