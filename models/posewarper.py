"""PoseWarper: one frame's heatmaps carried to another by learnt warping (Bertasius et al., NeurIPS 2019)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

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

    Notes
    -----
    As in the paper the input is the difference of the two frames' maps, and each dilation has a layer that
    predicts offsets and a deformable convolution. All maps of a call share one coordinate frame. It begins
    as the identity: offsets are almost 0, and each of the five branches passes on a fifth.
    """

    def __init__(self, joints: int, channels: int = CHANNELS, blocks: int = BLOCKS) -> None:
        super().__init__()
        self.joints = joints
        sizes = [joints] + [channels] * blocks
        self.compare = nn.Sequential(*(_Block(sizes[n], sizes[n + 1]) for n in range(blocks)))
        self.offsets = nn.ModuleList(_offset_layer(sizes[-1], joints, dilation) for dilation in DILATIONS)
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
        branches = zip(self.warps, self.offsets, strict=True)
        warped = torch.stack([warp(carried, offset(compared)) for warp, offset in branches]).sum(dim=0)
        return warped if self.training else warped.clamp(0, 1)


class _Block(nn.Module):
    """ResNet-18's block: two 3 x 3 convolutions and a way past them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, SIDE, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, SIDE, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.past = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.body(x) + self.past(x))


def _offset_layer(channels: int, joints: int, dilation: int) -> nn.Conv2d:
    """Predicts 18 offsets for each joint, nine taps in y and x."""
    layer = nn.Conv2d(channels, 2 * TAPS * joints, SIDE, padding=dilation, dilation=dilation)
    nn.init.normal_(layer.weight, std=OFFSET_STD)
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]  # it has one
    return layer
