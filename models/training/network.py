"""The networks that can be trained, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from torch import nn

from models.backbones.hrnet import PoseHRNet
from models.backbones.on_grid import OnGrid
from models.backbones.pose_machine import INPUT_SIZE, STAGES, PoseMachine
from models.coordinate_net import CoordinateNet
from models.spatial_net import SpatialNet
from models.training.losses import Loss, coordinate_loss, spatial_loss, stages_loss


class NetworkName(StrEnum):
    """As the service knows them."""

    SPATIAL_NET = "spatial-net"
    SPATIAL_NET_FUSION = "spatial-net-fusion"
    COORDINATE_NET = "coordinate-net"
    POSE_MACHINE = "pose-machine"
    HRNET = "hrnet"


# Convolutions only: these can learn from pictures of another size than they are served.
ANY_SIDE = frozenset({NetworkName.SPATIAL_NET, NetworkName.SPATIAL_NET_FUSION})

LOSSES: Mapping[NetworkName, Loss] = MappingProxyType(
    {
        NetworkName.SPATIAL_NET: spatial_loss,
        NetworkName.SPATIAL_NET_FUSION: spatial_loss,
        NetworkName.COORDINATE_NET: coordinate_loss,
        NetworkName.POSE_MACHINE: stages_loss,
        NetworkName.HRNET: stages_loss,
    }
)


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """Everything that a network is built from, but its weights.

    Attributes
    ----------
    name
        Which network.
    joints
        K.
    width
        Multiplies the channels.
    normalise
        Batch normalisation; HRNet has it always.
    conv4
        Side of SpatialNet's conv4 kernel; the others have none.
    stages
        Of the pose machine; the others have none.
    """

    name: NetworkName
    joints: int
    width: float = 1.0
    normalise: bool = False
    conv4: int = 5
    stages: int = STAGES

    def build(self) -> nn.Module:
        """A new network, its weights drawn from torch's random state."""
        match self.name:
            case NetworkName.POSE_MACHINE:
                machine = PoseMachine(self.joints, self.width, self.stages, self.normalise)
                return OnGrid(machine, INPUT_SIZE)
            case NetworkName.HRNET:
                return PoseHRNet(self.joints, self.width)
            case NetworkName.COORDINATE_NET:
                return CoordinateNet(self.joints, self.width, self.normalise)
            case NetworkName.SPATIAL_NET | NetworkName.SPATIAL_NET_FUSION:
                fusion = self.name is NetworkName.SPATIAL_NET_FUSION
                return SpatialNet(self.joints, self.width, fusion, self.conv4, self.normalise)
