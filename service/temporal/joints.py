"""From pooled heatmaps to joints: the peak, refined below the cell, in frame pixels."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from service.people.crop import Crop
from service.temporal.grid import CELLS, STRIDE, cell_to_input
from service.temporal.kernel import BLOCK, BLOCKS, ROUND_PEAK
from service.temporal.pooling import Blocked
from service.temporal.pose import Pose

CENTROID_RADIUS = 3  # cells on each side: the peak is the centre of mass of the squared map on 7 x 7 cells
SPREAD_RADIUS = ROUND_PEAK  # cells on each side in which the spread is measured


def read_pose(person_id: int, maps: Blocked, crop: Crop) -> Pose:
    """The pose that pooled heatmaps show.

    Parameters
    ----------
    person_id
        Passed on.
    maps
        (K, 4096) float32 in [0, 1], block by block, cells of ``crop``.
    crop
        Of the output frame.
    """
    points_cell, scores, spread_cells = peaks(maps)
    pixels_per_cell = np.float32(STRIDE / crop.scale)
    return Pose(
        id=person_id,
        joints=crop.to_frame(cell_to_input(points_cell)),
        scores=np.minimum(scores, np.float32(1)),
        spread=spread_cells * pixels_per_cell,
    )


def peaks(maps: Blocked) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Highest point of each map.

    Returns
    -------
    (K, 2) cells, x then y; (K,) value at the highest cell; (K,) spread in cells: standard deviation of the
    map round its peak, mean of both axes.
    """
    joints = maps.shape[0]
    points = np.empty((joints, 2), np.float32)
    scores = np.empty(joints, np.float32)
    spread = np.empty(joints, np.float32)
    _peaks(maps, points, scores, spread)
    return points, scores, spread


@njit(cache=True, nogil=True)
def _place(i: int, j: int) -> int:
    """Where cell (row i, column j) lies in a blocked map."""
    return ((i // BLOCK) * BLOCKS + j // BLOCK) * BLOCK * BLOCK + (i % BLOCK) * BLOCK + j % BLOCK


@njit(cache=True, nogil=True)
def _cell(place: int) -> tuple[int, int]:
    """Row and column of a place in a blocked map; the inverse of `_place`."""
    block, inside = place // (BLOCK * BLOCK), place % (BLOCK * BLOCK)
    return (block // BLOCKS) * BLOCK + inside // BLOCK, (block % BLOCKS) * BLOCK + inside % BLOCK


@njit(cache=True, nogil=True)
def _moments(
    values: NDArray[np.float32], row: int, column: int, radius: int, power: int
) -> tuple[float, float, float]:
    """Centre of mass (x, y) and mean variance of a map, raised to a power, within ``radius`` of a cell."""
    mass = x = y = squares = 0.0
    for i in range(max(row - radius, 0), min(row + radius, CELLS - 1) + 1):
        for j in range(max(column - radius, 0), min(column + radius, CELLS - 1) + 1):
            value = values[_place(i, j)] ** power
            mass += value
            x += value * (j - column)
            y += value * (i - row)
            squares += value * ((j - column) ** 2 + (i - row) ** 2)
    if mass <= 0.0:
        return float(column), float(row), 0.0
    x, y = x / mass, y / mass
    return column + x, row + y, max(squares / mass - x * x - y * y, 0.0) / 2


@njit(cache=True, nogil=True)
def _peaks(
    maps: NDArray[np.float32],
    points: NDArray[np.float32],
    scores: NDArray[np.float32],
    spread: NDArray[np.float32],
) -> None:
    """See :func:`peaks`."""
    for k in range(maps.shape[0]):
        values = maps[k]
        best = 0
        for n in range(values.shape[0]):
            if values[n] > values[best]:
                best = n
        row, column = _cell(best)
        scores[k] = values[best]
        points[k, 0], points[k, 1], _ = _moments(values, row, column, CENTROID_RADIUS, 2)
        spread[k] = np.sqrt(_moments(values, row, column, SPREAD_RADIUS, 1)[2])
