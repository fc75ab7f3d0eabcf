"""The 15 joints of JHMDB, in its order (Jhuang et al., ICCV 2013; the data set's own README)."""

from __future__ import annotations

from types import MappingProxyType

from service.networks.joint_map import Means
from service.networks.skeleton import Skeleton
from service.networks.upper7 import HEADS

JHMDB15 = Skeleton(
    name="jhmdb15",
    joints=(
        "neck",
        "belly",
        "face",
        "right_shoulder",
        "left_shoulder",
        "right_hip",
        "left_hip",
        "right_elbow",
        "left_elbow",
        "right_knee",
        "left_knee",
        "right_wrist",
        "left_wrist",
        "right_ankle",
        "left_ankle",
    ),
    edges=(
        (0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (1, 6), (3, 7), (7, 11), (4, 8), (8, 12), (5, 9), (9, 13),
        (6, 10), (10, 14),
    ),
    swaps=((3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14)),
)  # fmt: skip

JHMDB15_MEANS: Means = MappingProxyType(
    {
        "neck": (("left_shoulder", "right_shoulder"),),
        "belly": (("mid_hip",), ("left_hip", "right_hip")),
        "face": (("head",), *HEADS),
    }
)
"""`face` is the centre of the face; `belly` the pelvis."""
