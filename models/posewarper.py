"""PoseWarper: one frame's heatmaps carried to another by learnt warping (Bertasius et al., NeurIPS 2019)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.warping.deformable import SIDE, TAPS, DeformableConvolution

DILATIONS = (3, 6, 12, 18, 24)  # cells: small and large motion (section 3, "Deformable Warping")
BLOCKS, CHANNELS = 20, 128  # of the residual stack (section 3, "Implementation Details")
OFFSET_STD = 0.001  # of the layers that predict offsets, at the start: nothing moves


class PoseWarper(nn.Module):
    """Compares the heatmaps of two frames and resamples maps of the one to fit the other.

    Parameters
    ----------
    joints
        K, maps of each frame.
    channels, blocks
        Of the residual stack. The defaults are the paper's: 5.9 M weights, 24 G multiply-adds a pair of
        frames at 64 x 64 cells.
    is_shared
        All maps are moved by the same offsets: one field of motion, as optical flow has. Otherwise each map
        has offsets of its own, K times as many to compute and to learn.
    stride
        Frames are compared at every cell (the paper's), or at every second one, which is four times as fast;
        offsets are interpolated between these places.

    Notes
    -----
    As in the paper the input is the difference of the two frames' maps, and each dilation has a layer that
    predicts offsets and a deformable convolution. All maps of a call share one coordinate frame. It begins
    as the identity: offsets are almost 0, and each of the five branches passes on a fifth.
    """

    def __init__(
        self,
        joints: int,
        channels: int = CHANNELS,
        blocks: int = BLOCKS,
        is_shared: bool = False,
        stride: int = 1,
    ) -> None:
        super().__init__()
        self.joints = joints
        sizes = [joints] + [channels] * blocks
        strides = [stride] + [1] * (blocks - 1)
        self.compare = nn.Sequential(*(_Block(sizes[n], sizes[n + 1], strides[n]) for n in range(blocks)))
        self.fields = 1 if is_shared else joints
        self.offsets = nn.ModuleList(_offset_layer(sizes[-1], self.fields, d // stride) for d in DILATIONS)
        share = 1 / len(DILATIONS)
        self.warps = nn.ModuleList(DeformableConvolution(joints, d, share) for d in DILATIONS)

    def forward(self, here: Tensor, there: Tensor, carried: Tensor) -> Tensor:
        """Carry maps from there to here.

        Parameters
        ----------
        here, there
            (N, K, H, W) float, heatmaps of the frame to carry to and of the frame to carry from, both on the
            grid of one crop.
        carried
            (N, K, H, W) float on the same grid, of the frame `there`: its heatmaps again to find the pose
            here, or Gaussians at its labels to propagate these.

        Returns
        -------
        (N, K, H, W) float. In [0, 1] in evaluation mode; not clamped in training mode, as a clamp has no
        gradient where a map is below 0.
        """
        compared = self.compare(here - there)
        cells = carried.shape[-2:]
        branches = zip(self.warps, self.offsets, strict=True)
        warped = torch.stack(
            [warp(carried, _at_every_cell(offset(compared), cells)) for warp, offset in branches]
        ).sum(dim=0)
        return warped if self.training else warped.clamp(0, 1)


class _Block(nn.Module):
    """ResNet-18's block: two 3 x 3 convolutions and a way past them."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, SIDE, stride, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, SIDE, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        is_plain = inputs == outputs and stride == 1
        self.past = nn.Identity() if is_plain else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.body(x) + self.past(x))


def _offset_layer(channels: int, fields: int, dilation: int) -> nn.Conv2d:
    """Predicts 18 offsets for each field, nine taps in y and x."""
    layer = nn.Conv2d(channels, 2 * TAPS * fields, SIDE, padding=dilation, dilation=dilation)
    nn.init.normal_(layer.weight, std=OFFSET_STD)
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]  # it has one
    return layer


def _at_every_cell(offsets: Tensor, cells: torch.Size) -> Tensor:
    if offsets.shape[-2:] == cells:
        return offsets
    return functional.interpolate(offsets, list(cells), mode="bilinear", align_corners=False)
