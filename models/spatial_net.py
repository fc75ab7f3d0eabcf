"""SpatialNet: heatmaps from one picture, with or without spatial fusion (Flowing ConvNets, figure 4)."""

from __future__ import annotations

from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS_MULTIPLE = 8  # narrower nets keep to this, as the processors' kernels do
OUTPUT_STD = 0.001  # of the output layers at the start: the first maps are empty, as most of a target is
MIDDLE_GREY = 0.5  # of pictures in [0, 1]

Maps: TypeAlias = Tensor | tuple[Tensor, Tensor]
"""(N, K, 64, 64), or that of conv8 and that of the fusion layers."""


class SpatialNet(nn.Module):
    """Fully convolutional network that regresses one heatmap per joint.

    Parameters
    ----------
    joints
        K, the number of heatmaps.
    width
        Multiplies the channels of every layer but the last; 1 is the papers'.
    fusion
        Add the spatial fusion layers (section 2.2) with an output of their own.
    conv4
        Side of conv4's kernel: 5 in the paper, 9 in the definition that its authors released.
    normalise
        Batch normalisation after each convolution but the output layers. The papers have none.

    Notes
    -----
    Every stride is 1; two 2 x 2 poolings make the 64 x 64 cells of `service.temporal.grid`. The fusion layers
    see conv3 and conv7 and, by their large kernels, half of the picture on each side: an implicit model of
    where joints lie relative to each other.
    """

    def __init__(
        self, joints: int, width: float = 1.0, fusion: bool = True, conv4: int = 5, normalise: bool = False
    ) -> None:
        super().__init__()
        n64, n128, n256, n512 = (channels(full, width) for full in (64, 128, 256, 512))
        self.conv1 = layer(3, n128, 5, normalise)
        self.conv2 = layer(n128, n128, 5, normalise)
        self.conv3 = layer(n128, n128, 5, normalise)
        self.conv4 = layer(n128, n256, conv4, normalise)
        self.conv5 = layer(n256, n512, 9, normalise)
        self.conv6 = layer(n512, n256, 1, normalise)
        self.conv7 = layer(n256, n256, 1, normalise)
        self.conv8 = output_layer(n256, joints)
        self.fusion = _fusion(n128 + n256, (n64, n64, n128, n256), joints, normalise) if fusion else None

    def forward(self, images: Tensor) -> Maps:
        """Regress the heatmaps.

        Parameters
        ----------
        images
            (N, 3, 256, 256) float32, RGB in [0, 1].

        Returns
        -------
        (N, K, 64, 64) float, the maps of conv8; with fusion a pair, those and the maps of the fusion layers,
        which are the better ones. In [0, 1] in evaluation mode. In training mode they are not clamped: a
        clamp has no gradient where a map is below 0, and most of a map should be 0.
        """
        x = functional.max_pool2d(self.conv1(images - MIDDLE_GREY), 2)
        x = functional.max_pool2d(self.conv2(x), 2)
        conv3 = self.conv3(x)
        conv7 = self.conv7(self.conv6(self.conv5(self.conv4(conv3))))
        maps = self._finish(self.conv8(conv7))
        if self.fusion is None:
            return maps
        return maps, self._finish(self.fusion(torch.cat([conv3, conv7], dim=1)))

    def _finish(self, maps: Tensor) -> Tensor:
        return maps if self.training else maps.clamp(0, 1)


def channels(full: int, width: float) -> int:
    """Channels of a layer that has `full` at width 1, to the nearest multiple of 8."""
    return max(CHANNELS_MULTIPLE, round(full * width / CHANNELS_MULTIPLE) * CHANNELS_MULTIPLE)


def layer(inputs: int, outputs: int, side: int, normalise: bool, stride: int = 1) -> nn.Sequential:
    """A convolution, batch normalisation if wanted, ReLU; keeps the size where the stride is 1."""
    convolution = nn.Conv2d(inputs, outputs, side, stride, padding=side // 2, bias=not normalise)
    nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    if convolution.bias is not None:
        nn.init.zeros_(convolution.bias)
    norm = [nn.BatchNorm2d(outputs)] if normalise else []
    return nn.Sequential(convolution, *norm, nn.ReLU(inplace=True))


def output_layer(inputs: int, joints: int) -> nn.Conv2d:
    """The 1 x 1 convolution that makes the maps; no ReLU, or maps that fell below 0 would never come back."""
    convolution = nn.Conv2d(inputs, joints, 1)
    nn.init.normal_(convolution.weight, std=OUTPUT_STD)
    nn.init.zeros_(convolution.bias)  # type: ignore[arg-type]  # it has one
    return convolution


def _fusion(inputs: int, sizes: tuple[int, int, int, int], joints: int, normalise: bool) -> nn.Sequential:
    first, second, third, fourth = sizes
    return nn.Sequential(
        layer(inputs, first, 7, normalise),
        layer(first, second, 13, normalise),
        layer(second, third, 13, normalise),
        layer(third, fourth, 1, normalise),
        output_layer(fourth, joints),
    )
