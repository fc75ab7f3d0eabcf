"""The hot kernel: carry a grid along chained flow and pool what lies there.

All of it is compiled (numba) and runs without the interpreter lock, one call for an output frame, so
that decoding, the network and flow go on beside it.

What makes it fast is that heatmaps are empty almost everywhere. For every block of 4 x 4 cells a frame
keeps 64 bits, one for each joint that has anything above :data:`EMPTY` there. A block of the output asks,
for each neighbour, which joints live in the source blocks that its cells land on, and samples only those.
What is skipped is below ``EMPTY``, so the pooled map is exact to that.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.temporal.grid import CELLS

EMPTY = 1e-3  # heatmap values up to this count as nothing
BLOCK = 4  # cells on the side of a block
BLOCKS = CELLS // BLOCK  # 16 x 16 blocks cover the 64 x 64 cells
MOST_JOINTS = 64  # one bit each
PADDED = CELLS + 2  # maps are stored with one empty cell around them, so that sampling needs no branches

_PER_BLOCK = BLOCK * BLOCK


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)  # type: ignore[untyped-decorator]
def store(heatmaps: NDArray[np.float32], padded: NDArray[np.float32], tenants: NDArray[np.uint64]) -> None:
    """Copy maps into their padded place and note which joints live in which block.

    Parameters
    ----------
    heatmaps
        (K, 64, 64) float32, K <= 64.
    padded
        (K, 66, 66) float32, written; the border must be zero already.
    tenants
        (256,) uint64, written: bit k of block 16 * (i // 4) + j // 4 is set when joint k exceeds EMPTY in it.
    """
    tenants[:] = 0
    for k in range(heatmaps.shape[0]):
        bit = np.uint64(1) << np.uint64(k)
        for i in range(CELLS):
            for j in range(CELLS):
                padded[k, i + 1, j + 1] = heatmaps[k, i, j]
        for row in range(BLOCKS):
            for column in range(BLOCKS):
                top = np.float32(0.0)
                for i in range(row * BLOCK, row * BLOCK + BLOCK):
                    for j in range(column * BLOCK, column * BLOCK + BLOCK):
                        top = max(top, heatmaps[k, i, j])
                if top > EMPTY:
                    tenants[row * BLOCKS + column] |= bit


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)  # type: ignore[untyped-decorator]
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
    right, bottom = to_flow[4] - np.float32(1.001), to_flow[5] - np.float32(1.001)
    flat = vectors.reshape(-1)
    for n in range(xs.shape[0]):
        u = min(max(xs[n] * scale_x + offset_x, np.float32(0.0)), right)
        v = min(max(ys[n] * scale_y + offset_y, np.float32(0.0)), bottom)
        column, row = np.int32(u), np.int32(v)
        a, b = u - np.float32(column), v - np.float32(row)
        near = (row * stride + column) * 2
        far = near + 2 * stride
        w00 = (np.float32(1.0) - a) * (np.float32(1.0) - b)
        w01 = a * (np.float32(1.0) - b)
        w10 = (np.float32(1.0) - a) * b
        w11 = a * b
        xs[n] += shrink_x * (w00 * flat[near] + w01 * flat[near + 2] + w10 * flat[far] + w11 * flat[far + 2])
        ys[n] += shrink_y * (
            w00 * flat[near + 1] + w01 * flat[near + 3] + w10 * flat[far + 1] + w11 * flat[far + 3]
        )


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)  # type: ignore[untyped-decorator]
def _landing(
    xs: NDArray[np.float32],
    ys: NDArray[np.float32],
    to_cell: NDArray[np.float32],
    first: int,
    tenants: NDArray[np.uint64],
    corner: NDArray[np.int32],
    tap: NDArray[np.float32],
) -> np.uint64:
    """Where the 16 cells of one output block land: top left tap, four tap weights, and the joints met."""
    low, high = np.float32(0.0), np.float32(CELLS + 0.999)
    left, top, right, bottom = high, high, low, low
    for n in range(_PER_BLOCK):
        x, y = xs[first + n], ys[first + n]
        u = min(max(to_cell[0, 0] * x + to_cell[0, 1] * y + to_cell[0, 2] + np.float32(1.0), low), high)
        v = min(max(to_cell[1, 0] * x + to_cell[1, 1] * y + to_cell[1, 2] + np.float32(1.0), low), high)
        column, row = np.int32(u), np.int32(v)
        a, b = u - np.float32(column), v - np.float32(row)
        corner[n] = row * PADDED + column
        tap[0, n] = (np.float32(1.0) - a) * (np.float32(1.0) - b)
        tap[1, n] = a * (np.float32(1.0) - b)
        tap[2, n] = (np.float32(1.0) - a) * b
        tap[3, n] = a * b
        left, right = min(left, u), max(right, u)
        top, bottom = min(top, v), max(bottom, v)
    return _tenants_between(tenants, np.int64(left) - 1, np.int64(top) - 1, np.int64(right), np.int64(bottom))


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _tenants_between(tenants: NDArray[np.uint64], left: int, top: int, right: int, bottom: int) -> np.uint64:
    """Joints in the blocks that meet the cells left..right, top..bottom (inclusive, may lie outside)."""
    first, last = max(left, 0) // BLOCK, min(right, CELLS - 1) // BLOCK
    met = np.uint64(0)
    for row in range(max(top, 0) // BLOCK, min(bottom, CELLS - 1) // BLOCK + 1):
        for column in range(first, last + 1):
            met |= tenants[row * BLOCKS + column]
    return met


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)  # type: ignore[untyped-decorator]
def gather(
    xs: NDArray[np.float32],
    ys: NDArray[np.float32],
    to_cell: NDArray[np.float32],
    padded: NDArray[np.float32],
    tenants: NDArray[np.uint64],
    weights: NDArray[np.float32],
    keep_largest: bool,
    pooled: NDArray[np.float32],
) -> None:
    """Sample one neighbour's maps where the grid has arrived and pool them into the output.

    Parameters
    ----------
    xs, ys
        (4096,) float32, frame pixels of the neighbour, block by block (see :func:`blockwise_cells`).
    to_cell
        (2, 3) float32: the neighbour's frame pixels -> its heatmap cells.
    padded, tenants
        The neighbour's maps as :func:`store` left them.
    weights
        (K,) float32, this neighbour's weight for each joint.
    keep_largest
        Max pooling instead of a weighted sum.
    pooled
        (K, 4096) float32, block by block; added to, or raised to the larger value.
    """
    corner = np.empty(_PER_BLOCK, np.int32)
    tap = np.empty((4, _PER_BLOCK), np.float32)
    flat = padded.reshape(padded.shape[0], -1)
    for block in range(BLOCKS * BLOCKS):
        first = block * _PER_BLOCK
        met = _landing(xs, ys, to_cell, first, tenants, corner, tap)
        k = 0
        while met != np.uint64(0):
            if met & np.uint64(1):
                if keep_largest:
                    _raise(flat[k], corner, tap, pooled[k, first : first + _PER_BLOCK])
                else:
                    _add(flat[k], corner, tap, weights[k], pooled[k, first : first + _PER_BLOCK])
            met >>= np.uint64(1)
            k += 1


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)  # type: ignore[untyped-decorator]
def _add(
    source: NDArray[np.float32],
    corner: NDArray[np.int32],
    tap: NDArray[np.float32],
    weight: np.float32,
    target: NDArray[np.float32],
) -> None:
    """Weighted bilinear samples of one map added to one block of the output."""
    for n in range(_PER_BLOCK):
        c = corner[n]
        value = tap[0, n] * source[c] + tap[1, n] * source[c + 1]
        value += tap[2, n] * source[c + PADDED] + tap[3, n] * source[c + PADDED + 1]
        target[n] += weight * value


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)  # type: ignore[untyped-decorator]
def _raise(
    source: NDArray[np.float32],
    corner: NDArray[np.int32],
    tap: NDArray[np.float32],
    target: NDArray[np.float32],
) -> None:
    """One block of the output raised to the bilinear samples of one map where those are larger."""
    for n in range(_PER_BLOCK):
        c = corner[n]
        value = tap[0, n] * source[c] + tap[1, n] * source[c + 1]
        value += tap[2, n] * source[c + PADDED] + tap[3, n] * source[c + PADDED + 1]
        target[n] = max(target[n], value)


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)  # type: ignore[untyped-decorator]
def follow_and_gather(
    xs: NDArray[np.float32],
    ys: NDArray[np.float32],
    vectors: NDArray[np.float32],
    to_flow: NDArray[np.float32],
    flow_slots: NDArray[np.int64],
    maps: NDArray[np.float32],
    tenants: NDArray[np.uint64],
    to_cell: NDArray[np.float32],
    map_slots: NDArray[np.int64],
    weights: NDArray[np.float32],
    keep_largest: bool,
    pooled: NDArray[np.float32],
) -> None:
    """Walk away from the output frame step by step, one way, and pool every neighbour met.

    Parameters
    ----------
    xs, ys
        (4096,) float32, frame pixels of the output frame's grid, block by block; used up.
    vectors, to_flow
        The ring of flow fields one way, (R, H, W, 2), and their maps, (R, 6).
    flow_slots
        (S,) int64: the field that leads to each step; -1 where none is used (points stay).
    maps, tenants, to_cell
        The ring of one person's maps, (R, K, 66, 66), their blocks, (R, 256), and frame pixels -> cells, (R, 2, 3).
    map_slots
        (S,) int64: the maps met at each step; -1 where that frame has none of this person.
    weights
        (S, K) float32.
    keep_largest
        Max pooling.
    pooled
        (K, 4096) float32, block by block.
    """
    for step in range(flow_slots.shape[0]):
        field = flow_slots[step]
        if field >= 0:
            advance(xs, ys, vectors[field], to_flow[field])
        slot = map_slots[step]
        if slot >= 0:
            gather(xs, ys, to_cell[slot], maps[slot], tenants[slot], weights[step], keep_largest, pooled)


def blockwise_cells() -> NDArray[np.float32]:
    """(4096, 2) float32: every heatmap cell, x then y, block by block and row by row inside a block."""
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    cells = np.stack([columns, rows], axis=-1).reshape(BLOCKS, BLOCK, BLOCKS, BLOCK, 2)
    return np.ascontiguousarray(cells.transpose(0, 2, 1, 3, 4).reshape(-1, 2), dtype=np.float32)


def unblock(pooled: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K, 4096) block by block -> (K, 64, 64)."""
    blocks = pooled.reshape(-1, BLOCKS, BLOCKS, BLOCK, BLOCK)
    return np.ascontiguousarray(blocks.transpose(0, 1, 3, 2, 4)).reshape(-1, CELLS, CELLS)
