"""The hot kernel: carry the grid along chained flow, then pool heatmaps only where a peak can be.

All of it is compiled (numba) and runs without the interpreter lock, so that decoding, the network and flow
go on beside it.

Heatmaps are low almost everywhere, and only the highest point of the pooled map and its surroundings are
asked for. So every map keeps the largest value of each 4 x 4 block of cells. For a block of the output the
weighted sum of what its cells can meet at most in each neighbour bounds the pooled map there. Blocks are
pooled in the order of their bounds until no bound exceeds the best value found (best first search): the peak
is exact, at a tenth of the samples.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.temporal.grid import CELLS

BLOCK = 4  # cells on the side of a block
BLOCKS = CELLS // BLOCK  # 16 x 16 blocks cover the 64 x 64 cells
PADDED = CELLS + 2  # maps are stored with one empty cell around them, so that sampling needs no branches
FULL = np.float32(65535)  # what 1.0 is stored as: half the memory to walk through, and exact enough
ROUND_PEAK = 5  # cells on each side of the peak that are pooled as well, for its shape

_PER_BLOCK = BLOCK * BLOCK
_ALL = BLOCKS * BLOCKS


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def store(heatmaps: NDArray[np.float32], padded: NDArray[np.uint16], tops: NDArray[np.float32]) -> None:
    """Copy maps into their padded place and note the largest value round each block.

    Parameters
    ----------
    heatmaps
        (K, 64, 64) float32 in [0, 1].
    padded
        (K, 66, 66) uint16, written, 1.0 as 65535; the border must be zero already.
    tops
        (16, 16, K) float32, written: the largest value of a block and its neighbours right, below and both.
    """
    single = np.zeros((BLOCKS + 1, BLOCKS + 1), np.float32)
    for k in range(heatmaps.shape[0]):
        for row in range(BLOCKS):
            for column in range(BLOCKS):
                top = np.float32(0.0)
                for i in range(row * BLOCK, row * BLOCK + BLOCK):
                    for j in range(column * BLOCK, column * BLOCK + BLOCK):
                        value = heatmaps[k, i, j]
                        padded[k, i + 1, j + 1] = np.uint16(value * FULL + np.float32(0.5))
                        top = value if value > top else top
                single[row, column] = top
        for row in range(BLOCKS):
            for column in range(BLOCKS):
                here = max(single[row, column], single[row, column + 1])
                below = max(single[row + 1, column], single[row + 1, column + 1])
                tops[row, column, k] = max(here, below)


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def advance(
    xs: NDArray[np.float32],
    ys: NDArray[np.float32],
    vectors: NDArray[np.float32],
    to_flow: NDArray[np.float32],
) -> None:
    """Move points along one flow field, in place (Flowing ConvNets, section 2.3, step 1).

    Parameters
    ----------
    xs, ys
        (N,) float32, frame pixels.
    vectors
        (H, W, 2) float32, flow pixels, in its top left corner; the rest is unused room.
    to_flow
        (6,) float32: x scale, y scale, x offset, y offset of frame pixels -> flow pixels, then the width and
        height in use. Points outside keep the border's motion.
    """
    stride = vectors.shape[1]
    scale_x, scale_y, offset_x, offset_y = to_flow[0], to_flow[1], to_flow[2], to_flow[3]
    shrink_x, shrink_y = np.float32(1.0) / scale_x, np.float32(1.0) / scale_y
    left, right, bottom = np.float32(0.0), to_flow[4] - np.float32(1.0001), to_flow[5] - np.float32(1.0001)
    flat = vectors.reshape(-1)
    for n in range(xs.shape[0]):
        # Plain comparisons: numba's min and max look after NaN, at a third of the loop's time.
        u, v = xs[n] * scale_x + offset_x, ys[n] * scale_y + offset_y
        u = left if u < left else u
        u = right if u > right else u
        v = left if v < left else v
        v = bottom if v > bottom else v
        column, row = np.int32(u), np.int32(v)
        a, b = u - np.float32(column), v - np.float32(row)
        near = (row * stride + column) * 2
        far = near + 2 * stride
        upper = flat[near] + a * (flat[near + 2] - flat[near])
        lower = flat[far] + a * (flat[far + 2] - flat[far])
        xs[n] += shrink_x * (upper + b * (lower - upper))
        upper = flat[near + 1] + a * (flat[near + 3] - flat[near + 1])
        lower = flat[far + 1] + a * (flat[far + 3] - flat[far + 1])
        ys[n] += shrink_y * (upper + b * (lower - upper))


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def land(
    xs: NDArray[np.float32],
    ys: NDArray[np.float32],
    to_cell: NDArray[np.float32],
    corner: NDArray[np.int32],
    share: NDArray[np.float32],
    reach: NDArray[np.int32],
) -> None:
    """Where the grid lies in one neighbour's maps.

    Parameters
    ----------
    xs, ys
        (4096,) float32, frame pixels of the neighbour, block by block (see :func:`blockwise_cells`).
    to_cell
        (2, 3) float32: the neighbour's frame pixels -> its heatmap cells.
    corner
        (4096,) int32, written: top left of the four cells to mix, an index into a padded map.
    share
        (2, 4096) float32, written: shares of the right and of the lower cells in the mixture.
    reach
        (256, 4) int32, written: first and last block row, first and last block column that a block of the
        grid touches; last < first when it lies outside.
    """
    low, high = np.float32(0.0), np.float32(CELLS + 0.9999)
    for block in range(_ALL):
        left, top, right, bottom = high, high, low, low
        for n in range(block * _PER_BLOCK, block * _PER_BLOCK + _PER_BLOCK):
            x, y = xs[n], ys[n]
            u = to_cell[0, 0] * x + to_cell[0, 1] * y + to_cell[0, 2] + np.float32(1.0)
            v = to_cell[1, 0] * x + to_cell[1, 1] * y + to_cell[1, 2] + np.float32(1.0)
            u, v = min(max(u, low), high), min(max(v, low), high)
            column, row = np.int32(u), np.int32(v)
            corner[n] = row * PADDED + column
            share[0, n] = u - np.float32(column)
            share[1, n] = v - np.float32(row)
            left, right = min(left, u), max(right, u)
            top, bottom = min(top, v), max(bottom, v)
        # Padded cell p mixes cells p - 1 and p of the map.
        reach[block, 0] = max(np.int32(top) - 1, 0) // BLOCK
        reach[block, 1] = min(np.int32(bottom), CELLS - 1) // BLOCK
        reach[block, 2] = max(np.int32(left) - 1, 0) // BLOCK
        reach[block, 3] = min(np.int32(right), CELLS - 1) // BLOCK


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def carry(
    xs: NDArray[np.float32],
    ys: NDArray[np.float32],
    vectors: NDArray[np.float32],
    to_flow: NDArray[np.float32],
    flow_slots: NDArray[np.int64],
    to_cell: NDArray[np.float32],
    map_slots: NDArray[np.int64],
    corner: NDArray[np.int32],
    share: NDArray[np.float32],
    reach: NDArray[np.int32],
) -> None:
    """Walk away from the output frame step by step, one way, landing in every neighbour met.

    Parameters
    ----------
    xs, ys
        (4096,) float32, frame pixels of the output frame's grid, block by block; used up.
    vectors, to_flow
        The ring of flow fields one way, (R, H, W, 2), and their maps, (R, 6).
    flow_slots
        (S,) int64: the field that leads to each step; -1 where none is used (points stay).
    to_cell
        (R, 2, 3) float32: frame pixels -> cells in each frame of the ring.
    map_slots
        (S,) int64: the maps met at each step; -1 where that frame has none of this person.
    corner, share, reach
        (M, 4096), (M, 2, 4096), (M, 256, 4), written: as in :func:`land` for the M neighbours met.
    """
    met = 0
    for step in range(flow_slots.shape[0]):
        field = flow_slots[step]
        if field >= 0:
            advance(xs, ys, vectors[field], to_flow[field])
        slot = map_slots[step]
        if slot >= 0:
            land(xs, ys, to_cell[slot], corner[met], share[met], reach[met])
            met += 1


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def bound(
    tops: NDArray[np.float32],
    slots: NDArray[np.int64],
    reach: NDArray[np.int32],
    weights: NDArray[np.float32],
    keep_largest: bool,
    bounds: NDArray[np.float32],
) -> None:
    """The most that pooling can give in each block.

    Parameters
    ----------
    tops
        (R, 16, 16, K) float32: the ring of largest values, each of 2 x 2 blocks, see :func:`store`.
    slots
        (M,) int64: the maps that take part.
    reach
        (M, 256, 4) int32, see :func:`land`.
    weights
        (M, K) float32, not negative.
    keep_largest
        Max pooling.
    bounds
        (256, K) float32, zero on entry, written.
    """
    joints = weights.shape[1]
    most = np.empty(joints, np.float32)
    for m in range(slots.shape[0]):
        for block in range(_ALL):
            most[:] = 0
            for row in range(reach[m, block, 0], reach[m, block, 1] + 1, 2):
                for column in range(reach[m, block, 2], reach[m, block, 3] + 1, 2):
                    top = tops[slots[m], row, column]
                    for k in range(joints):
                        most[k] = top[k] if top[k] > most[k] else most[k]
            if keep_largest:
                for k in range(joints):
                    bounds[block, k] = max(bounds[block, k], most[k])
            else:
                for k in range(joints):
                    bounds[block, k] += weights[m, k] * most[k]


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def gather(
    maps: NDArray[np.uint16],
    slots: NDArray[np.int64],
    corner: NDArray[np.int32],
    share: NDArray[np.float32],
    weights: NDArray[np.float32],
    keep_largest: bool,
    joint: int,
    block: int,
    pooled: NDArray[np.float32],
) -> float:
    """Pool one block of one joint's map; returns its largest value.

    Parameters
    ----------
    maps
        (R, K, 4356) uint16: the ring of padded maps, flattened.
    slots, corner, share, weights, keep_largest
        As in :func:`carry` and :func:`bound`.
    joint, block
        Which.
    pooled
        (4096,) float32, block by block; the block's 16 cells are written.
    """
    first = block * _PER_BLOCK
    for n in range(first, first + _PER_BLOCK):
        pooled[n] = 0
    for m in range(slots.shape[0]):
        source = maps[slots[m], joint]
        weight = (np.float32(1.0) if keep_largest else weights[m, joint]) / FULL
        for n in range(first, first + _PER_BLOCK):
            c, a, b = corner[m, n], share[m, 0, n], share[m, 1, n]
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
        best = max(best, pooled[n])
    return best


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def pool_best_first(
    maps: NDArray[np.uint16],
    slots: NDArray[np.int64],
    corner: NDArray[np.int32],
    share: NDArray[np.float32],
    weights: NDArray[np.float32],
    keep_largest: bool,
    bounds: NDArray[np.float32],
    pooled: NDArray[np.float32],
) -> int:
    """Pool every joint where its peak can be, and round the peak.

    Parameters
    ----------
    maps, slots, corner, share, weights, keep_largest
        As in :func:`gather`.
    bounds
        (256, K) float32, see :func:`bound`; used up.
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
            block = 0
            for other in range(_ALL):
                if bounds[other, k] > bounds[block, k]:
                    block = other
            if bounds[block, k] <= best or bounds[block, k] < 0:
                break
            bounds[block, k] = -1
            top = gather(maps, slots, corner, share, weights, keep_largest, k, block, pooled[k])
            count += 1
            if top > best:
                best, best_block = top, block
        count += _round_peak(
            maps, slots, corner, share, weights, keep_largest, k, best_block, bounds, pooled[k]
        )
    return count


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def _round_peak(
    maps: NDArray[np.uint16],
    slots: NDArray[np.int64],
    corner: NDArray[np.int32],
    share: NDArray[np.float32],
    weights: NDArray[np.float32],
    keep_largest: bool,
    joint: int,
    best_block: int,
    bounds: NDArray[np.float32],
    pooled: NDArray[np.float32],
) -> int:
    """Pool what is missing within ROUND_PEAK cells of the highest cell."""
    inside = 0
    for n in range(_PER_BLOCK):
        if pooled[best_block * _PER_BLOCK + n] > pooled[best_block * _PER_BLOCK + inside]:
            inside = n
    i = (best_block // BLOCKS) * BLOCK + inside // BLOCK
    j = (best_block % BLOCKS) * BLOCK + inside % BLOCK
    count = 0
    for row in range(max(i - ROUND_PEAK, 0) // BLOCK, min(i + ROUND_PEAK, CELLS - 1) // BLOCK + 1):
        for column in range(max(j - ROUND_PEAK, 0) // BLOCK, min(j + ROUND_PEAK, CELLS - 1) // BLOCK + 1):
            block = row * BLOCKS + column
            if bounds[block, joint] >= 0:
                bounds[block, joint] = -1
                gather(maps, slots, corner, share, weights, keep_largest, joint, block, pooled)
                count += 1
    return count


def blockwise_cells() -> NDArray[np.float32]:
    """(4096, 2) float32: every heatmap cell, x then y, block by block and row by row inside a block."""
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    cells = np.stack([columns, rows], axis=-1).reshape(BLOCKS, BLOCK, BLOCKS, BLOCK, 2)
    return np.ascontiguousarray(cells.transpose(0, 2, 1, 3, 4).reshape(-1, 2), dtype=np.float32)


def unblock(pooled: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K, 4096) block by block -> (K, 64, 64)."""
    blocks = pooled.reshape(-1, BLOCKS, BLOCKS, BLOCK, BLOCK)
    return np.ascontiguousarray(blocks.transpose(0, 1, 3, 2, 4)).reshape(-1, CELLS, CELLS)
