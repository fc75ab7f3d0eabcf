"""Pooling over time: the papers' conv9, with the sum and the maximum beside it."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor, nn

PoolingKind: TypeAlias = Literal["parametric", "sum", "max"]


class TemporalPooling(nn.Module):
    """Make one heatmap per joint of 2n + 1 warped ones (Flowing ConvNets, section 2.3, step 2).

    Parameters
    ----------
    joints
        K, number of heatmaps of a frame.
    half_window
        n, neighbours on each side.
    kind
        ``parametric``: a learnt weight per joint and offset in time, the 1 x 1 convolution conv9;
        ``sum``: all weights alike; ``max``: the largest value of each cell.

    Attributes
    ----------
    weight
        (K, 2n + 1) float32, the earliest frame first. They start alike and add up to 1; ``sum`` keeps them
        so, which is the sum but for a factor and leaves the peaks in [0, 1].

    Raises
    ------
    ValueError
        The kind is none of the three.
    """

    weight: Tensor

    def __init__(self, joints: int, half_window: int, kind: PoolingKind = "parametric") -> None:
        super().__init__()
        if kind not in get_args(PoolingKind):
            raise ValueError(f"pooling {kind!r} is none of {get_args(PoolingKind)}")
        self.kind = kind
        frames = 2 * half_window + 1
        alike = torch.full((joints, frames), 1 / frames)
        if kind == "parametric":
            self.weight = nn.Parameter(alike)
        else:
            self.register_buffer("weight", alike)

    def forward(self, warped: Tensor) -> Tensor:
        """Pool.

        Parameters
        ----------
        warped
            (N, 2n + 1, K, H, W) float.

        Returns
        -------
        (N, K, H, W) float. No ReLU follows (section 2.1).
        """
        if self.kind == "max":
            return warped.amax(dim=1)
        return torch.einsum("nskhw,ks->nkhw", warped, self.weight)
