"""Heatmaps on the grid of another crop than their own."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from service.people.crop import Crop
from service.temporal.grid import CELL_OFFSET, CELLS, STRIDE, Heatmaps

CELL_TO_INPUT = np.array([[STRIDE, 0, CELL_OFFSET], [0, STRIDE, CELL_OFFSET], [0, 0, 1]], np.float64)
LAST_ROW = (0.0, 0.0, 1.0)
HOW = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


def seen_from(view: Crop, own: Crop, maps: Heatmaps) -> Heatmaps:
    """What maps seen through one crop are on the grid of another.

    Parameters
    ----------
    view
        On whose grid they are wanted.
    own
        Through which they were seen.
    maps
        (K, 64, 64) float32.

    Returns
    -------
    (K, 64, 64) float32, bilinear; 0 where ``own`` did not look. The maps themselves if both crops are one.
    """
    if view == own:
        return maps
    matrix = cells_between(view, own)
    return np.stack([cv2.warpAffine(each, matrix, (CELLS, CELLS), flags=HOW) for each in maps])


def cells_between(view: Crop, own: Crop) -> NDArray[np.float64]:
    """(2, 3) float64: cells of one crop -> cells of another, x then y, through frame pixels."""
    to_frame = np.vstack([view.to_frame_matrix, LAST_ROW])
    to_input = np.vstack([own.to_input_matrix, LAST_ROW])
    whole = np.linalg.inv(CELL_TO_INPUT) @ to_input @ to_frame @ CELL_TO_INPUT
    return np.asarray(whole[:2], np.float64)
