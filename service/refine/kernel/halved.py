"""Between blocked full maps and the halved grid of the messages (compiled)."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.temporal.grid import CELLS
from service.temporal.kernel import BLOCK, BLOCKS, ROUND_PEAK

HALF = CELLS // 2  # 32 x 32 cells of 2 x 2
_PAIR = BLOCK // 2


@njit(cache=True, nogil=True)
def _place(i: int, j: int) -> int:
    """Where cell (row i, column j) lies in a blocked map."""
    return ((i // BLOCK) * BLOCKS + j // BLOCK) * BLOCK * BLOCK + (i % BLOCK) * BLOCK + j % BLOCK


@njit(cache=True, nogil=True, fastmath=True, boundscheck=False)
def halve(blocked: NDArray[np.float32], halved: NDArray[np.float32]) -> None:
    """Largest value of every 2 x 2 cells.

    Parameters
    ----------
    blocked
        (K, 4096) float32, block by block.
    halved
        (K, 32, 32) float32, written.
    """
    for k in range(blocked.shape[0]):
        values, into = blocked[k], halved[k]
        for block in range(BLOCKS * BLOCKS):
            row, column = block // BLOCKS * _PAIR, block % BLOCKS * _PAIR
            for part in range(_PAIR * _PAIR):
                i, j = part // _PAIR, part % _PAIR
                first = block * BLOCK * BLOCK + 2 * i * BLOCK + 2 * j
                upper = max(values[first], values[first + 1])
                lower = max(values[first + BLOCK], values[first + BLOCK + 1])
                into[row + i, column + j] = max(upper, lower)


@njit(cache=True, nogil=True, boundscheck=False)
def keep_near(
    blocked: NDArray[np.float32], belief: NDArray[np.float32], radius: int, kept: NDArray[np.float32]
) -> None:
    """Keep of a map only the hill that the belief is highest at, and nothing else.

    Parameters
    ----------
    blocked
        (4096,) float32, block by block.
    belief
        (32, 32) float32.
    radius
        Cells from the belief's highest cell within which the map's own top is the joint.
    kept
        (4096,) float32, written: the map round that top, zero elsewhere; never zero everywhere.
    """
    best = int(belief.argmax())
    i, j = 2 * (best // HALF), 2 * (best % HALF)
    row, column, top = i, j, blocked[_place(i, j)]
    for y in range(max(i - radius, 0), min(i + 1 + radius, CELLS - 1) + 1):
        for x in range(max(j - radius, 0), min(j + 1 + radius, CELLS - 1) + 1):
            if blocked[_place(y, x)] > top:
                row, column, top = y, x, blocked[_place(y, x)]
    kept[:] = 0
    for y in range(max(row - ROUND_PEAK, 0), min(row + ROUND_PEAK, CELLS - 1) + 1):
        for x in range(max(column - ROUND_PEAK, 0), min(column + ROUND_PEAK, CELLS - 1) + 1):
            # A slope beyond the top belongs to another hill.
            kept[_place(y, x)] = min(blocked[_place(y, x)], top)
    kept[_place(row, column)] = max(np.float32(top), np.float32(1e-6))
