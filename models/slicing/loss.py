"""The hinge loss of joint training (Thin-Slicing Networks, equation 6)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class HingeLoss(nn.Module):
    """max(0, 1 - b(p) I(p)) over all cells p, where I is 1 near the joint and -1 elsewhere.

    Parameters
    ----------
    joints
        J.
    radius_cells
        Of the circle round the label that counts as near.
    cells_per_cell
        Width of the beliefs' cells, in cells of the 64 x 64 grid in which labels are given.

    Notes
    -----
    b is the belief times a learnt scale plus an offset learnt for each joint: the paper trains its network
    along and lets that find them. Cells near the joint and elsewhere weigh the same, a choice of ours: of
    4096 cells about a dozen are near, and with fixed heatmaps -1 everywhere would be the best answer.
    """

    def __init__(self, joints: int, radius_cells: float = 3.0, cells_per_cell: float = 1.0) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(4.0))
        self.offset = nn.Parameter(torch.zeros(joints))
        self._radius = radius_cells
        self._cells_per_cell = cells_per_cell

    def forward(self, beliefs: Tensor, labels: Tensor, known: Tensor) -> Tensor:
        """Mean loss.

        Parameters
        ----------
        beliefs
            (N, J, H, W) float32.
        labels
            (N, J, 2) float32, cells of the 64 x 64 grid, x then y.
        known
            (N, J) bool; other joints do not count.
        """
        near = self._near(labels, beliefs.shape[-2:])
        said = self.scale * beliefs + self.offset[:, None, None]
        miss = torch.where(near, (1 - said).clamp(min=0), (1 + said).clamp(min=0))
        counts = known & near.flatten(2).any(dim=2)
        balanced = 0.5 * (_mean_where(miss, near) + _mean_where(miss, ~near))
        return (balanced * counts).sum() / counts.sum().clamp(min=1)

    def _near(self, labels: Tensor, size: torch.Size) -> Tensor:
        """(N, J, H, W) bool: cells whose centre lies in the circle."""
        middle = (self._cells_per_cell - 1) / 2
        rows = torch.arange(size[0], device=labels.device) * self._cells_per_cell + middle
        columns = torch.arange(size[1], device=labels.device) * self._cells_per_cell + middle
        x, y = labels[..., 0, None, None], labels[..., 1, None, None]
        near: Tensor = (columns - x) ** 2 + (rows[:, None] - y) ** 2 <= self._radius**2
        return near


def _mean_where(values: Tensor, where: Tensor) -> Tensor:
    """(N, J): mean over the cells where ``where`` holds."""
    return (values * where).sum(dim=(-2, -1)) / where.sum(dim=(-2, -1)).clamp(min=1)
