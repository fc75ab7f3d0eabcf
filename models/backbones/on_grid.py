"""Networks with a grid of their own, brought onto the service's: 256 input pixels, 64 x 64 cells."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from models.backbones.pose_machine import Stages
from service.temporal.grid import CELLS


class OnGrid(nn.Module):
    """Gives the network inside the crop in its own size, and the service the maps in the service's.

    Parameters
    ----------
    network
        (N, 3, S, S) float32 -> maps (N, K, s, s) that cover the same square; several in a tuple.
    input_size
        S, pixels.

    Notes
    -----
    Both sizes change about the same square and with pixel centres in the middle of pixels, so that cell
    (i, j) of the answer is input pixel (4 j + 1.5, 4 i + 1.5) of the 256 whatever the grid inside. Maps are
    enlarged by cubic interpolation: from 46 to 64 cells it keeps a target's Gaussian to 0.1 % of its energy
    and 99 % of its height, where linear interpolation leaves 88 % of the height. The network is trained
    through it, on the same targets as all others; the enlarged crop has no more detail than 256 pixels have.
    A network that learnt from smaller pictures is put into it afterwards.
    """

    def __init__(self, network: nn.Module, input_size: int) -> None:
        super().__init__()
        self.network = network
        self.input_size = input_size

    def forward(self, images: Tensor) -> Tensor | Stages:
        """Regress the heatmaps.

        Parameters
        ----------
        images
            (N, 3, 256, 256) float32, RGB in [0, 1].

        Returns
        -------
        (N, K, 64, 64) float32, as many as the network inside answers, the last one the best. In [0, 1] in
        evaluation mode; not clamped in training mode, where a clamp would stop the gradient.
        """
        size = (self.input_size, self.input_size)
        # To half the size this is the mean of 2 x 2 pixels.
        sized = functional.interpolate(images, size, mode="bilinear", align_corners=False)
        maps = self.network(sized)
        return self._finish(maps) if isinstance(maps, Tensor) else tuple(map(self._finish, maps))

    def _finish(self, maps: Tensor) -> Tensor:
        enlarged = functional.interpolate(maps.float(), (CELLS, CELLS), mode="bicubic", align_corners=False)
        return enlarged if self.training else enlarged.clamp(0, 1)
