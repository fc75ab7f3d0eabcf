"""The grid of heatmap cells and its place in the network's input (design section 1)."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

INPUT_SIZE = 256  # pixels, side of the network's square input
STRIDE = 4  # input pixels per heatmap cell
CELLS = INPUT_SIZE // STRIDE  # 64 cells on each side
CELL_OFFSET = (STRIDE - 1) / 2  # 1.5: cell (i, j) is input pixel (4j + 1.5, 4i + 1.5)

HALF_WINDOW = 15  # frames on each side of the output frame; 31 in all (Flowing ConvNets, section 4.3)
WARP_REACH = 3  # frames that PoseWarper looks away at most (section 3, "Implementation Details")

Points: TypeAlias = NDArray[np.float32]
"""(N, 2) float32, x then y; the name says the system: points_frame, points_input, points_cell."""

Heatmaps: TypeAlias = NDArray[np.float32]
"""(K, 64, 64) float32 in [0, 1], one map per joint."""


def cell_to_input(points_cell: Points) -> Points:
    """Heatmap cells to input pixels; pixel and cell centres lie at whole numbers."""
    return np.asarray(points_cell, np.float32) * np.float32(STRIDE) + np.float32(CELL_OFFSET)


def input_to_cell(points_input: Points) -> Points:
    """Input pixels to heatmap cells; the inverse of :func:`cell_to_input`."""
    return (np.asarray(points_input, np.float32) - np.float32(CELL_OFFSET)) / np.float32(STRIDE)
