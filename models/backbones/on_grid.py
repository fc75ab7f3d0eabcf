"""Networks with a grid of their own, brought onto the service's: 256 input pixels, 64 x 64 cells."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from models.backbones.pose_machine import Stages
from service.temporal.grid import CELLS


class OnGrid(nn.Module):
    """Enlarges the crop for the network inside, and the network's maps for the service.

    Parameters
    ----------
    network
        (N, 3, S, S) float32 -> the maps of its stages, (N, K, s, s) each, which cover the same square.
    input_size
        S, pixels.

    Notes
    -----
    Both sizes change about the same square and with pixel centres in the middle of pixels, so that cell
    (i, j) of the answer is input pixel (4 j + 1.5, 4 i + 1.5) of the 256 whatever the grid inside. Maps are
    enlarged by cubic interpolation: from 46 to 64 cells it keeps a target's Gaussian to 0.1 % of its energy
    and 99 % of its height, where linear interpolation leaves 88 % of the height. The network is trained
    through it, on the same targets as all others; the enlarged crop has no more detail than 256 pixels have.
    """

    def __init__(self, network: nn.Module, input_size: int) -> None:
        super().__init__()
        self.network = network
        self.input_size = input_size

    def forward(self, images: Tensor) -> Stages:
        """Regress the heatmaps.

        Parameters
        ----------
        images
            (N, 3, 256, 256) float32, RGB in [0, 1].

        Returns
        -------
        One (N, K, 64, 64) float32 per stage, the last one the best. In [0, 1] in evaluation mode; not clamped
        in training mode, where a clamp would stop the gradient.
        """
        size = (self.input_size, self.input_size)
        large = functional.interpolate(images, size, mode="bilinear", align_corners=False)
        return tuple(self._finish(maps) for maps in self.network(large))

    def _finish(self, maps: Tensor) -> Tensor:
        enlarged = functional.interpolate(maps.float(), (CELLS, CELLS), mode="bicubic", align_corners=False)
        return enlarged if self.training else enlarged.clamp(0, 1)
