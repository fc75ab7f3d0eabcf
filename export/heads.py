"""What is put on a trained network so that its file answers as the service expects: heatmaps in [0, 1]."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import cast

from torch import Tensor, nn

from models.backbones.hrnet import PoseHRNet
from models.backbones.on_grid import OnGrid
from models.backbones.pose_machine import PoseMachine
from models.coordinate_net import CoordinateNet
from models.spatial_net import SpatialNet
from models.training.targets import gaussian_targets
from service.temporal.grid import CELL_OFFSET, CELLS, STRIDE

FIRST_PX = CELL_OFFSET  # input pixels: the centre of the first cell, and of the last
LAST_PX = FIRST_PX + (CELLS - 1) * STRIDE


class Conv8Head(nn.Module):
    """The maps before spatial fusion: conv8 of a fusion network, or all there is of one without.

    Parameters
    ----------
    network
        (N, 3, 256, 256) float32 -> (N, K, 64, 64) in [0, 1], or a pair of them: conv8's and the fused ones.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        """(N, 3, 256, 256) float32 RGB in [0, 1] -> (N, K, 64, 64) float32 in [0, 1]."""
        maps = self.network(image)
        return maps if isinstance(maps, Tensor) else cast(Tensor, maps[0])


class FusedHead(nn.Module):
    """The maps after spatial fusion.

    Parameters
    ----------
    network
        (N, 3, 256, 256) float32 -> (N, K, 64, 64) in [0, 1] twice: conv8's and the fused ones.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        """(N, 3, 256, 256) float32 RGB in [0, 1] -> (N, K, 64, 64) float32 in [0, 1]."""
        _, fused = self.network(image)
        return cast(Tensor, fused)


class DrawnHead(nn.Module):
    """Coordinates drawn as heatmaps, so that a regression network is served on the same path as the others.

    Each joint is a Gaussian of height 1 at its coordinates, as wide as the heatmap networks' targets (1.5
    cells). The score of such a joint is always about 1: the network does not say how sure it is.

    Parameters
    ----------
    network
        (N, 3, 256, 256) float32 -> (N, K, 2) float32, x then y, input pixels.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        """(N, 3, 256, 256) float32 RGB in [0, 1] -> (N, K, 64, 64) float32 in [0, 1]."""
        points: Tensor = self.network(image)
        # Drawn outside the crop a joint would leave an empty map, whose peak is anywhere.
        return gaussian_targets(points.clamp(FIRST_PX, LAST_PX))


class LastHead(nn.Module):
    """The maps of the last stage.

    Parameters
    ----------
    network
        (N, 3, 256, 256) float32 -> (N, K, 64, 64) in [0, 1] of every stage.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        """(N, 3, 256, 256) float32 RGB in [0, 1] -> (N, K, 64, 64) float32 in [0, 1]."""
        return cast(Tensor, self.network(image)[-1])


HEADS: Mapping[str, Callable[[nn.Module], nn.Module]] = MappingProxyType(
    {
        "spatial-net-fusion": FusedHead,
        "spatial-net": Conv8Head,
        "coordinate-net": DrawnHead,
        "pose-machine": LastHead,
        "hrnet": LastHead,
    }
)
"""Name of the served network -> what is put on the trained one."""

KINDS: Mapping[str, type[nn.Module]] = MappingProxyType(
    {
        "spatial-net-fusion": SpatialNet,
        "spatial-net": SpatialNet,
        "coordinate-net": CoordinateNet,
        "pose-machine": PoseMachine,
        "hrnet": PoseHRNet,
    }
)
"""Name of the served network -> what is trained for it; shapes alone would let two stages pass for fusion."""


def is_of_kind(network: nn.Module, name: str) -> bool:
    """Whether a network, or the one inside that has a grid of its own, is trained for that name."""
    inside = network.network if isinstance(network, OnGrid) else network
    return isinstance(inside, KINDS[name])
