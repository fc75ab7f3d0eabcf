"""Labels as heatmaps: what a warper carries in place of a network's own."""

from __future__ import annotations

import numpy as np

from service.temporal.grid import CELLS, Heatmaps, Points, input_to_cell

SIGMA = 1.5  # cells, as in training (`models.training.targets`)


def blobs(points_input: Points) -> Heatmaps:
    """Draw a Gaussian round each point (PoseWarper, section 3, "Pose Annotation Propagation").

    Parameters
    ----------
    points_input
        (K, 2) float32, input pixels, x then y; finite.

    Returns
    -------
    (K, 64, 64) float32 in [0, 1], of height 1; empty for a point far outside the crop.
    """
    cells = np.arange(CELLS, dtype=np.float32)
    off = cells - input_to_cell(points_input)[..., None]
    across, down = np.exp(-(off**2) / np.float32(2 * SIGMA**2)).swapaxes(0, 1)
    return np.asarray(down[:, :, None] * across[:, None, :], np.float32)
