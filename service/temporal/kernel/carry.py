"""Carrying points along chained flow, and where they land in the neighbours' maps."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.temporal.grid import CELLS
from service.temporal.kernel.layout import BLOCK, PADDED, RIMMED, Landing, Rings, Route

_PER_BLOCK = BLOCK * BLOCK


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
def block_of(to_cell: NDArray[np.float32], x: np.float32, y: np.float32) -> tuple[int, int]:
    """Row and column, in an array of tops, of the block that a frame point lies in; the rim for outside."""
    u = (to_cell[0, 0] * x + to_cell[0, 1] * y + to_cell[0, 2] + np.float32(0.5)) / np.float32(BLOCK)
    v = (to_cell[1, 0] * x + to_cell[1, 1] * y + to_cell[1, 2] + np.float32(0.5)) / np.float32(BLOCK)
    column = np.int32(np.floor(u)) + 1
    row = np.int32(np.floor(v)) + 1
    return min(max(row, 0), RIMMED - 1), min(max(column, 0), RIMMED - 1)
