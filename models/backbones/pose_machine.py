"""The convolutional pose machine: maps that are made better stage by stage (Thin-Slicing, section 5.2)."""

from __future__ import annotations

from typing import TypeAlias

import torch
from torch import Tensor, nn

from models.spatial_net import MIDDLE_GREY, channels, layer, output_layer

INPUT_SIZE = 368  # input pixels on each side (Thin-Slicing, section 5.2)
STRIDE = 8  # input pixels per cell: three poolings
CELLS = INPUT_SIZE // STRIDE  # 46 on each side
STAGES = 6  # as published

Stages: TypeAlias = tuple[Tensor, ...]
"""(N, K, S, S) of every stage, the last one the best."""


class PoseMachine(nn.Module):
    """Fully convolutional network whose every stage sees the picture and the maps of the stage before.

    Parameters
    ----------
    joints
        K, the number of heatmaps.
    width
        Multiplies the channels of every layer but the last of a stage; 1 is the paper's.
    stages
        How many, 1 or more.
    normalise
        Batch normalisation after each convolution but the output layers. The paper has none.

    Raises
    ------
    ValueError
        No stage is asked for.

    Notes
    -----
    Kernels and channels are those of Wei et al., "Convolutional Pose Machines" (CVPR 2016), figure 2, which
    Thin-Slicing takes over. The stages from the second on share the layers up to the third pooling.

    Theirs has two maps more: one of the background, which would need every joint labelled, and one that
    points at the middle of the person, where our crops have everybody. Its pooling windows are 3 x 3, to one
    side of their cells; here they are 2 x 2. Thin-Slicing's dropout is left out, as its place is not told.
    """

    def __init__(
        self, joints: int, width: float = 1.0, stages: int = STAGES, normalise: bool = False
    ) -> None:
        super().__init__()
        if stages < 1:
            raise ValueError(f"a pose machine of {stages} stages has no maps")
        self.first = nn.Sequential(*_look(width, normalise), _first_maps(joints, width, normalise))
        self.look = nn.Sequential(*_look(width, normalise)) if stages > 1 else None
        self.others = nn.ModuleList(_Stage(joints, width, normalise) for _ in range(stages - 1))

    def forward(self, images: Tensor) -> Stages:
        """Regress the heatmaps.

        Parameters
        ----------
        images
            (N, 3, 368, 368) float32, RGB in [0, 1].

        Returns
        -------
        One (N, K, 46, 46) float per stage, not clamped. Cell (i, j) is input pixel (8 j + 3.5, 8 i + 3.5).
        """
        grey = images - MIDDLE_GREY
        maps = [self.first(grey)]
        if self.look is not None:
            seen = self.look(grey)
            for stage in self.others:
                maps.append(stage(seen, maps[-1]))
        return tuple(maps)


class _Stage(nn.Module):
    """From what the picture shows and the maps so far to better maps."""

    def __init__(self, joints: int, width: float, normalise: bool) -> None:
        super().__init__()
        n32, n128 = channels(32, width), channels(128, width)
        self.narrow = layer(n128, n32, 5, normalise)
        self.refine = nn.Sequential(
            layer(n32 + joints, n128, 11, normalise),
            layer(n128, n128, 11, normalise),
            layer(n128, n128, 11, normalise),
            layer(n128, n128, 1, normalise),
            output_layer(n128, joints),
        )

    def forward(self, seen: Tensor, maps: Tensor) -> Tensor:
        better: Tensor = self.refine(torch.cat([self.narrow(seen), maps], dim=1))
        return better


def _look(width: float, normalise: bool) -> list[nn.Module]:
    """The picture at an eighth of its size."""
    n128 = channels(128, width)
    inputs = (3, n128, n128)
    return [part for n in inputs for part in (layer(n, n128, 9, normalise), nn.MaxPool2d(2))]


def _first_maps(joints: int, width: float, normalise: bool) -> nn.Sequential:
    n32, n128, n512 = (channels(full, width) for full in (32, 128, 512))
    return nn.Sequential(
        layer(n128, n32, 5, normalise),
        layer(n32, n512, 9, normalise),
        layer(n512, n512, 1, normalise),
        output_layer(n512, joints),
    )
