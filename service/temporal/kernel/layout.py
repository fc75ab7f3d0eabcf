"""How heatmaps, flow and routes lie in memory for the kernel."""

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

BACKWARD, FORWARD = 0, 1  # the two ways of flow


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


def blockwise_cells() -> NDArray[np.float32]:
    """(4096, 2) float32: every heatmap cell, x then y, block by block and row by row inside a block."""
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    cells = np.stack([columns, rows], axis=-1).reshape(BLOCKS, BLOCK, BLOCKS, BLOCK, 2)
    return np.ascontiguousarray(cells.transpose(0, 2, 1, 3, 4).reshape(-1, 2), dtype=np.float32)


def in_blocks(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K, 64, 64) -> (K, 4096) block by block; the inverse of :func:`unblock`."""
    squares = maps.reshape(-1, BLOCKS, BLOCK, BLOCKS, BLOCK)
    blocks = squares.transpose(0, 1, 3, 2, 4).reshape(-1, CELLS * CELLS)
    return np.ascontiguousarray(blocks, dtype=np.float32)


def unblock(pooled: NDArray[np.float32]) -> NDArray[np.float32]:
    """(K, 4096) block by block -> (K, 64, 64)."""
    blocks = pooled.reshape(-1, BLOCKS, BLOCKS, BLOCK, BLOCK)
    return np.ascontiguousarray(blocks.transpose(0, 1, 3, 2, 4)).reshape(-1, CELLS, CELLS)
