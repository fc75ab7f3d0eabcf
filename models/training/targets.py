"""What the maps should be: a Gaussian at each joint (Flowing ConvNets, section 2.1)."""

from __future__ import annotations

from math import pi

import torch
from torch import Tensor

from service.temporal.grid import CELLS, INPUT_SIZE

SIGMA = 1.5  # cells (section 3, "variance"; the authors' released code reads it as the standard deviation)
ENERGY = pi * SIGMA**2  # sum of squares of a whole target: what an empty map is wrong by


def gaussian_targets(joints: Tensor, side: int = CELLS) -> Tensor:
    """Draw the targets.

    Parameters
    ----------
    joints
        (N, K, 2) float, input pixels, x then y; NaN where not known.
    side
        S, cells of a map's side; fewer for a network that looks at smaller pictures.

    Returns
    -------
    (N, K, S, S) float with peaks of 1. Empty for joints far outside the crop, where there is nothing to
    find, and for those not known, which the losses leave out.
    """
    stride = INPUT_SIZE / side
    cells = torch.arange(side, device=joints.device, dtype=joints.dtype)
    centres = (joints + 0.5) / stride - 0.5
    across, down = torch.exp(-((cells - centres[..., None]) ** 2) / (2 * SIGMA**2)).unbind(dim=2)
    return torch.nan_to_num(down[..., :, None] * across[..., None, :], nan=0.0)
