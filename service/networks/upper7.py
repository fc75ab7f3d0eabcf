"""The seven upper-body joints of Flowing ConvNets (section 4), in its order."""

from __future__ import annotations

from types import MappingProxyType

from service.networks.joint_map import Means
from service.networks.skeleton import Skeleton

UPPER7 = Skeleton(
    name="upper7",
    joints=(
        "head",
        "right_wrist",
        "left_wrist",
        "right_elbow",
        "left_elbow",
        "right_shoulder",
        "left_shoulder",
    ),
    edges=((1, 3), (3, 5), (5, 6), (6, 4), (4, 2), (0, 5), (0, 6)),
    swaps=((1, 2), (3, 4), (5, 6)),
)

HEADS = (
    ("nose", "left_eye", "right_eye", "left_ear", "right_ear", "mouth_left", "mouth_right"),
    ("nose", "left_eye", "right_eye", "left_ear", "right_ear"),
)
"""Points round the centre of the head: MediaPipe BlazePose's, and COCO's."""

UPPER7_MEANS: Means = MappingProxyType({"head": (("face",), *HEADS)})
"""`head` is its centre."""
