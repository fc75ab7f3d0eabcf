"""Best first search for the peaks of the pooled maps."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.temporal.grid import CELLS
from service.temporal.kernel.carry import advance, block_of, carry
from service.temporal.kernel.layout import BLOCK, BLOCKS, FULL, PADDED, Landing, Rings, Route

ROUND_PEAK = 5  # cells on each side of the peak that are pooled as well, for its shape

_PER_BLOCK = BLOCK * BLOCK
_ALL = BLOCKS * BLOCKS


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def bound(
    rings: Rings,
    route: Route,
    centre_x: NDArray[np.float32],
    centre_y: NDArray[np.float32],
    keep_largest: bool,
    bounds: NDArray[np.float32],
) -> None:
    """Carry the centres of all blocks, and note the most that pooling can give in each block.

    Parameters
    ----------
    centre_x, centre_y
        (256,) float32, frame pixels of the output frame.
    keep_largest
        Max pooling instead of a weighted sum.
    bounds
        (256, K) float32, zero on entry, written.
    """
    joints = bounds.shape[1]
    xs, ys = np.empty(_ALL, np.float32), np.empty(_ALL, np.float32)
    met = 0
    for step in range(route.starts.shape[0]):
        if route.starts[step]:
            xs[:] = centre_x
            ys[:] = centre_y
        field, slot = route.flow_slot[step], route.map_slot[step]
        if field >= 0:
            advance(xs, ys, rings.vectors[route.way[step], field], rings.to_flow[field])
        if slot < 0:
            continue
        weights = route.weights[met]
        met += 1
        for block in range(_ALL):
            row, column = block_of(rings.to_cell[slot], xs[block], ys[block])
            top = rings.tops[slot, row, column]
            most = bounds[block]
            if keep_largest:
                for k in range(joints):
                    most[k] = top[k] if top[k] > most[k] else most[k]
            else:
                for k in range(joints):
                    most[k] += weights[k] * top[k]


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def gather(
    maps: NDArray[np.uint16],
    landing: Landing,
    weights: NDArray[np.float32],
    keep_largest: bool,
    joint: int,
    block: int,
    pooled: NDArray[np.float32],
) -> float:
    """Pool one carried block of one joint's map; returns its largest value.

    Parameters
    ----------
    maps, weights
        Of :class:`Rings` and :class:`Route`.
    pooled
        (4096,) float32, block by block; the block's 16 cells are written.
    """
    first = block * _PER_BLOCK
    for n in range(first, first + _PER_BLOCK):
        pooled[n] = 0
    for m in range(landing.slot.shape[0]):
        source = maps[landing.slot[m], joint]
        weight = (np.float32(1.0) if keep_largest else weights[m, joint]) / FULL
        for n in range(first, first + _PER_BLOCK):
            c, a, b = landing.corner[m, n], landing.share[m, 0, n], landing.share[m, 1, n]
            here, right = np.float32(source[c]), np.float32(source[c + 1])
            below, across = np.float32(source[c + PADDED]), np.float32(source[c + PADDED + 1])
            upper = here + a * (right - here)
            value = weight * (upper + b * (below + a * (across - below) - upper))
            if not keep_largest:
                pooled[n] += value
            elif value > pooled[n]:
                pooled[n] = value
    best = np.float32(0.0)
    for n in range(first, first + _PER_BLOCK):
        best = pooled[n] if pooled[n] > best else best
    return best


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def pool_best_first(
    rings: Rings,
    route: Route,
    grid_x: NDArray[np.float32],
    grid_y: NDArray[np.float32],
    keep_largest: bool,
    bounds: NDArray[np.float32],
    landing: Landing,
    pooled: NDArray[np.float32],
) -> int:
    """Pool every joint where its peak can be, and round the peak.

    Parameters
    ----------
    grid_x, grid_y
        As in :func:`carry`.
    keep_largest
        Max pooling instead of a weighted sum.
    bounds
        (256, K) float32, see :func:`bound`; used up.
    landing
        Nothing carried yet.
    pooled
        (K, 4096) float32, zero on entry, written block by block. Blocks left at zero lie below the peak.

    Returns
    -------
    How many blocks were pooled, over all joints.
    """
    count = 0
    for k in range(pooled.shape[0]):
        best, best_block = np.float32(-1.0), 0
        while True:
            block = _highest(bounds, k)
            if bounds[block, k] <= best or bounds[block, k] < 0:
                break
            top = take(rings, route, grid_x, grid_y, keep_largest, k, block, bounds, landing, pooled[k])
            count += 1
            if top > best:
                best, best_block = top, block
        for block in _blocks_round_peak(pooled[k], best_block):
            if bounds[block, k] >= 0:
                take(rings, route, grid_x, grid_y, keep_largest, k, block, bounds, landing, pooled[k])
                count += 1
    return count


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def _highest(bounds: NDArray[np.float32], joint: int) -> int:
    """The block with the highest bound for a joint."""
    highest = 0
    for block in range(_ALL):
        if bounds[block, joint] > bounds[highest, joint]:
            highest = block
    return highest


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def take(
    rings: Rings,
    route: Route,
    grid_x: NDArray[np.float32],
    grid_y: NDArray[np.float32],
    keep_largest: bool,
    joint: int,
    block: int,
    bounds: NDArray[np.float32],
    landing: Landing,
    pooled: NDArray[np.float32],
) -> float:
    """Pool one block of one joint, once: its bound becomes negative. Returns its largest value."""
    bounds[block, joint] = -1
    if not landing.carried[block]:
        carry(rings, route, grid_x, grid_y, block, landing)
    return gather(rings.maps, landing, route.weights, keep_largest, joint, block, pooled)


@njit(cache=True, nogil=True)
def _blocks_round_peak(pooled: NDArray[np.float32], best_block: int) -> list[int]:
    """Blocks within ROUND_PEAK cells of the highest cell, which lies in ``best_block``."""
    inside = 0
    for n in range(_PER_BLOCK):
        if pooled[best_block * _PER_BLOCK + n] > pooled[best_block * _PER_BLOCK + inside]:
            inside = n
    i = (best_block // BLOCKS) * BLOCK + inside // BLOCK
    j = (best_block % BLOCKS) * BLOCK + inside % BLOCK
    rows = range(max(i - ROUND_PEAK, 0) // BLOCK, min(i + ROUND_PEAK, CELLS - 1) // BLOCK + 1)
    columns = range(max(j - ROUND_PEAK, 0) // BLOCK, min(j + ROUND_PEAK, CELLS - 1) // BLOCK + 1)
    return [row * BLOCKS + column for row in rows for column in columns]
