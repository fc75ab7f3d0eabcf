"""How well flow there and back agree where a joint is."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.temporal.kernel.carry import advance
from service.temporal.kernel.layout import Rings, Route


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def slips(rings: Rings, route: Route, peaks: NDArray[np.float32], slipped: NDArray[np.float32]) -> None:
    """Add up, from the output frame outwards, by how much flow there and back misses each joint.

    Each frame's joints, where its own maps are highest, go one frame towards the output frame and back again.
    What they miss by adds up along the chain: a neighbour behind a blurred frame is as doubtful as the flow
    across that frame.

    Parameters
    ----------
    peaks
        (R, K, 3) float32: x, y in frame pixels and value, by slot.
    slipped
        (M, K) float32, written: frame pixels; zero for the output frame, and where there is no flow.
    """
    joints = slipped.shape[1]
    xs, ys = np.empty(joints, np.float32), np.empty(joints, np.float32)
    total = np.zeros(joints, np.float32)
    met = 0
    for step in range(route.starts.shape[0]):
        if route.starts[step]:
            total[:] = 0
        way, field, slot = route.way[step], route.flow_slot[step], route.map_slot[step]
        if slot < 0:
            continue
        if field >= 0:
            xs[:] = peaks[slot, :, 0]
            ys[:] = peaks[slot, :, 1]
            advance(xs, ys, rings.vectors[1 - way, field], rings.to_flow[field])
            advance(xs, ys, rings.vectors[way, field], rings.to_flow[field])
            for k in range(joints):
                total[k] += np.hypot(xs[k] - peaks[slot, k, 0], ys[k] - peaks[slot, k, 1])
        slipped[met] = total
        met += 1
