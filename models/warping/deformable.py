"""Deformable convolution in plain PyTorch (Dai et al., ICCV 2017; the definition of ONNX's DeformConv)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

SIDE = 3  # of every kernel (PoseWarper, section 3)
TAPS = SIDE * SIDE


def sample(maps: Tensor, places: Tensor) -> Tensor:
    """Read maps between their cells.

    Parameters
    ----------
    maps
        (N, C, H, W) float.
    places
        (N, P, Q, 2) float, cells, x then y.

    Returns
    -------
    (N, C, P, Q) float, bilinear; outside the maps all is 0.
    """
    height, width = maps.shape[-2:]
    ends = torch.tensor([width - 1, height - 1], dtype=places.dtype, device=places.device)
    return functional.grid_sample(maps, places * (2 / ends) - 1, padding_mode="zeros", align_corners=True)


def deformable_convolution(maps: Tensor, offsets: Tensor, weight: Tensor, dilation: int) -> Tensor:
    """A 3 x 3 convolution whose nine taps lie where the offsets say, for each cell and group of maps.

    Parameters
    ----------
    maps
        (N, K, H, W) float.
    offsets
        (N, 18 G, H, W) float, cells: for each group of K / G input maps, for each tap row by row, y then x.
    weight
        (O, K, 3, 3) float.
    dilation
        Cells between taps whose offsets are 0.

    Returns
    -------
    (N, O, H, W) float. Stride 1; as large as the input, with zeros round it.
    """
    count, inputs, height, width = maps.shape
    groups = offsets.shape[1] // (2 * TAPS)
    yx = offsets.reshape(count * groups, TAPS, 2, height, width)
    places = torch.stack([yx[:, :, 1], yx[:, :, 0]], dim=-1) + _regular(height, width, dilation, maps)
    flat = places.reshape(count * groups, TAPS * height, width, 2)
    sampled = sample(maps.reshape(count * groups, inputs // groups, height, width), flat)
    columns = sampled.reshape(count, inputs * TAPS, height, width)
    return functional.conv2d(columns, weight.flatten(1)[..., None, None])


class DeformableConvolution(nn.Module):
    """Resamples K maps into K maps; each has offsets of its own, or all have the same.

    Parameters
    ----------
    joints
        K.
    dilation
        Cells between taps.
    share
        The first weight of each map's own middle tap; all other weights begin at 0.
    """

    def __init__(self, joints: int, dilation: int, share: float) -> None:
        super().__init__()
        self.dilation = dilation
        weight = torch.zeros(joints, joints, SIDE, SIDE)
        weight[range(joints), range(joints), SIDE // 2, SIDE // 2] = share
        self.weight = nn.Parameter(weight)

    def forward(self, maps: Tensor, offsets: Tensor) -> Tensor:
        """See :func:`deformable_convolution`."""
        return deformable_convolution(maps, offsets, self.weight, self.dilation)


def _regular(height: int, width: int, dilation: int, like: Tensor) -> Tensor:
    """(9, H, W, 2): where the taps of each cell lie without offsets, x then y."""
    steps = dilation * (torch.arange(SIDE, dtype=like.dtype, device=like.device) - SIDE // 2)
    y = torch.arange(height, dtype=like.dtype, device=like.device)
    x = torch.arange(width, dtype=like.dtype, device=like.device)
    tap_y, tap_x = (part.reshape(TAPS, 1, 1) for part in torch.meshgrid(steps, steps, indexing="ij"))
    shape = (TAPS, height, width)
    return torch.stack([(tap_x + x).expand(shape), (tap_y + y[:, None]).expand(shape)], dim=-1)
