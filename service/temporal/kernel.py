"""The hot kernel: pool heatmaps along chained flow, only where a peak can be.

All of it is compiled (numba) and runs without the interpreter lock, so that decoding, the network and flow
go on beside it.

Heatmaps are low almost everywhere, and only the highest point of the pooled map and its surroundings are
asked for. So every map keeps, for each block of 4 x 4 cells, the largest value in it and the eight blocks
round it. Carrying the centres of the output's blocks along the flow tells what each can meet in each
neighbour; the weighted sum of those largest values bounds the pooled map there. Blocks are carried cell by
cell and pooled in the order of their bounds until no bound exceeds the best value found (best first search).
The peak is that of the whole map, at a tenth of the work, as long as the cells of a block land within a block
of where its centre lands.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.temporal.grid import CELLS

BLOCK = 4  # cells on the side of a block
BLOCKS = CELLS // BLOCK  # 16 x 16 blocks cover the 64 x 64 cells
RIMMED = BLOCKS + 2  # blocks with one more on every side
PADDED = CELLS + 2  # maps are stored with one empty cell around them, so that sampling needs no branches
FULL = np.float32(65535)  # what 1.0 is stored as: half the memory to walk through, and exact enough
ROUND_PEAK = 5  # cells on each side of the peak that are pooled as well, for its shape

BACKWARD, FORWARD = 0, 1  # the two ways of flow

_PER_BLOCK = BLOCK * BLOCK
_ALL = BLOCKS * BLOCKS


class Rings(NamedTuple):
    """The rings of one person, R slots each.

    Attributes
    ----------
    vectors
        (2, R, H, W, 2) float32: flow backward and forward, flow pixels, each in the top left corner of its
        room.
    to_flow
        (R, 6) float32: x scale, y scale, x offset, y offset of frame pixels -> flow pixels, then the width
        and height in use.
    maps
        (R, K, 4356) uint16: maps of 66 x 66 cells, 1.0 as 65535, see :func:`store`.
    tops
        (R, 18, 18, K) float32: largest values round each block, see :func:`store`.
    to_cell
        (R, 2, 3) float32: frame pixels -> heatmap cells.
    """

    vectors: NDArray[np.float32]
    to_flow: NDArray[np.float32]
    maps: NDArray[np.uint16]
    tops: NDArray[np.float32]
    to_cell: NDArray[np.float32]


class Route(NamedTuple):
    """S steps through the neighbours: the frame itself, then outwards one way, then the other.

    Attributes
    ----------
    starts
        (S,) bool: this step sets out from the output frame anew.
    way, flow_slot
        (S,) int64: the flow that leads to this step; slot -1 for none (points stay).
    map_slot
        (S,) int64: the maps met there; -1 where that frame has none of this person. M steps meet some.
    weights
        (M, K) float32, not negative: what each neighbour met counts.
    """

    starts: NDArray[np.bool_]
    way: NDArray[np.int64]
    flow_slot: NDArray[np.int64]
    map_slot: NDArray[np.int64]
    weights: NDArray[np.float32]


class Landing(NamedTuple):
    """Where the cells of the output lie in the maps of the M neighbours met; filled block by block.

    Attributes
    ----------
    slot
        (M,) int64: the neighbours' slots.
    corner
        (M, 4096) int32: top left of the four cells to mix, an index into a padded map.
    share
        (M, 2, 4096) float32: shares of the right and of the lower cells in the mixture.
    carried
        (256,) bool: which blocks are filled in.
    """

    slot: NDArray[np.int64]
    corner: NDArray[np.int32]
    share: NDArray[np.float32]
    carried: NDArray[np.bool_]


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def store(heatmaps: NDArray[np.float32], padded: NDArray[np.uint16], tops: NDArray[np.float32]) -> None:
    """Copy maps into their padded place and note the largest values.

    Parameters
    ----------
    heatmaps
        (K, 64, 64) float32 in [0, 1].
    padded
        (K, 4356) uint16, written, 1.0 as 65535: 66 x 66 cells whose border must be zero already.
    tops
        (18, 18, K) float32, written: entry (r + 1, c + 1) is the largest value of block (r, c) and those
        round it; r and c run from -1 to 16.
    """
    single = np.zeros((BLOCKS + 4, BLOCKS + 4), np.float32)
    for k in range(heatmaps.shape[0]):
        for row in range(BLOCKS):
            for column in range(BLOCKS):
                top = np.float32(0.0)
                for i in range(row * BLOCK, row * BLOCK + BLOCK):
                    for j in range(column * BLOCK, column * BLOCK + BLOCK):
                        value = heatmaps[k, i, j]
                        padded[k, (i + 1) * PADDED + j + 1] = np.uint16(value * FULL + np.float32(0.5))
                        top = value if value > top else top
                single[row + 2, column + 2] = top
        for row in range(RIMMED):
            for column in range(RIMMED):
                top = np.float32(0.0)
                for i in range(row, row + 3):
                    for j in range(column, column + 3):
                        top = single[i, j] if single[i, j] > top else top
                tops[row, column, k] = top


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
            row, column = _block_of(rings.to_cell[slot], xs[block], ys[block])
            top = rings.tops[slot, row, column]
            most = bounds[block]
            if keep_largest:
                for k in range(joints):
                    most[k] = top[k] if top[k] > most[k] else most[k]
            else:
                for k in range(joints):
                    most[k] += weights[k] * top[k]


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def _block_of(to_cell: NDArray[np.float32], x: np.float32, y: np.float32) -> tuple[int, int]:
    """Row and column, in an array of tops, of the block that a frame point lies in; the rim for outside."""
    u = (to_cell[0, 0] * x + to_cell[0, 1] * y + to_cell[0, 2] + np.float32(0.5)) / np.float32(BLOCK)
    v = (to_cell[1, 0] * x + to_cell[1, 1] * y + to_cell[1, 2] + np.float32(0.5)) / np.float32(BLOCK)
    column = np.int32(np.floor(u)) + 1
    row = np.int32(np.floor(v)) + 1
    return min(max(row, 0), RIMMED - 1), min(max(column, 0), RIMMED - 1)


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def carry(
    rings: Rings,
    route: Route,
    grid_x: NDArray[np.float32],
    grid_y: NDArray[np.float32],
    block: int,
    landing: Landing,
) -> None:
    """Carry the 16 cells of one block through all neighbours and note where they land.

    Parameters
    ----------
    grid_x, grid_y
        (4096,) float32, frame pixels of the output frame, block by block (see :func:`blockwise_cells`).
    block
        Which.
    landing
        Written for this block.
    """
    first = block * _PER_BLOCK
    cells = slice(first, first + _PER_BLOCK)
    xs, ys = np.empty(_PER_BLOCK, np.float32), np.empty(_PER_BLOCK, np.float32)
    met = 0
    for step in range(route.starts.shape[0]):
        if route.starts[step]:
            xs[:] = grid_x[cells]
            ys[:] = grid_y[cells]
        field, slot = route.flow_slot[step], route.map_slot[step]
        if field >= 0:
            advance(xs, ys, rings.vectors[route.way[step], field], rings.to_flow[field])
        if slot >= 0:
            _land(xs, ys, rings.to_cell[slot], landing.corner[met, cells], landing.share[met, :, cells])
            met += 1
    landing.carried[block] = True


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def _land(
    xs: NDArray[np.float32],
    ys: NDArray[np.float32],
    to_cell: NDArray[np.float32],
    corner: NDArray[np.int32],
    share: NDArray[np.float32],
) -> None:
    """Where frame points lie in a padded map; outside is on its empty border."""
    low, high = np.float32(0.0), np.float32(CELLS + 0.9999)
    for n in range(xs.shape[0]):
        u = to_cell[0, 0] * xs[n] + to_cell[0, 1] * ys[n] + to_cell[0, 2] + np.float32(1.0)
        v = to_cell[1, 0] * xs[n] + to_cell[1, 1] * ys[n] + to_cell[1, 2] + np.float32(1.0)
        u = low if u < low else u
        u = high if u > high else u
        v = low if v < low else v
        v = high if v > high else v
        column, row = np.int32(u), np.int32(v)
        corner[n] = row * PADDED + column
        share[0, n] = u - np.float32(column)
        share[1, n] = v - np.float32(row)


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
            top = _take(rings, route, grid_x, grid_y, keep_largest, k, block, bounds, landing, pooled[k])
            count += 1
            if top > best:
                best, best_block = top, block
        for block in _blocks_round_peak(pooled[k], best_block):
            if bounds[block, k] >= 0:
                _take(rings, route, grid_x, grid_y, keep_largest, k, block, bounds, landing, pooled[k])
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
def _take(
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


def blockwise_cells() -> NDArray[np.float32]:
    """(4096, 2) float32: every heatmap cell, x then y, block by block and row by row inside a block."""
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    cells = np.stack([columns, rows], axis=-1).reshape(BLOCKS, BLOCK, BLOCKS, BLOCK, 2)
    return np.ascontiguousarray(cells.transpose(0, 2, 1, 3, 4).reshape(-1, 2), dtype=np.float32)


def unblock(pooled: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K, 4096) block by block -> (K, 64, 64)."""
    blocks = pooled.reshape(-1, BLOCKS, BLOCKS, BLOCK, BLOCK)
    return np.ascontiguousarray(blocks.transpose(0, 1, 3, 2, 4)).reshape(-1, CELLS, CELLS)
