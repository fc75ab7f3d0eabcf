"""All skeletons by name, and how their joints are made of another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from service.networks.blazepose33 import BLAZEPOSE33, BLAZEPOSE33_MEANS
from service.networks.body25 import BODY25, BODY25_MEANS
from service.networks.coco17 import COCO17
from service.networks.jhmdb15 import JHMDB15, JHMDB15_MEANS
from service.networks.joint_map import JointMap, Means, joint_map
from service.networks.posetrack17 import POSETRACK17, POSETRACK17_MEANS
from service.networks.skeleton import Skeleton
from service.networks.upper7 import UPPER7, UPPER7_MEANS


class SkeletonName(StrEnum):
    """Skeletons that an answer can be given in."""

    BLAZEPOSE33 = "blazepose33"
    COCO17 = "coco17"
    BODY25 = "body25"
    JHMDB15 = "jhmdb15"
    POSETRACK17 = "posetrack17"
    UPPER7 = "upper7"


SKELETONS: Mapping[SkeletonName, Skeleton] = MappingProxyType(
    {
        SkeletonName(skeleton.name): skeleton
        for skeleton in (BLAZEPOSE33, COCO17, BODY25, JHMDB15, POSETRACK17, UPPER7)
    }
)
MEANS: Mapping[SkeletonName, Means] = MappingProxyType(
    {
        SkeletonName.BLAZEPOSE33: BLAZEPOSE33_MEANS,
        SkeletonName.COCO17: MappingProxyType({}),
        SkeletonName.BODY25: BODY25_MEANS,
        SkeletonName.JHMDB15: JHMDB15_MEANS,
        SkeletonName.POSETRACK17: POSETRACK17_MEANS,
        SkeletonName.UPPER7: UPPER7_MEANS,
    }
)


def to_skeleton(joints: Sequence[str], target: SkeletonName) -> JointMap:
    """Say how the joints of a skeleton of this list are made of the named ones."""
    return joint_map(joints, SKELETONS[target].joints, MEANS[target])
