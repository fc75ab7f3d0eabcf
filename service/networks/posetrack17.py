"""The 17 keypoints of PoseTrack18, in its order (posetrack.net, annotation files, `categories`)."""

from __future__ import annotations

from types import MappingProxyType

from service.networks.joint_map import Means
from service.networks.skeleton import Skeleton

POSETRACK17 = Skeleton(
    name="posetrack17",
    joints=(
        "nose",
        "head_bottom",
        "head_top",
        "left_ear",
        "right_ear",
        "left_shoulder",
        "right_shoulder",
        "left_elbow",
        "right_elbow",
        "left_wrist",
        "right_wrist",
        "left_hip",
        "right_hip",
        "left_knee",
        "right_knee",
        "left_ankle",
        "right_ankle",
    ),
    edges=(
        (15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8), (7, 9),
        (8, 10), (2, 0), (0, 1), (1, 5), (1, 6),
    ),
    swaps=((3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16)),
)  # fmt: skip

POSETRACK17_MEANS: Means = MappingProxyType(
    {"head_bottom": (("mouth_left", "mouth_right", "left_shoulder", "right_shoulder"),)}
)
"""`head_bottom`, the upper neck, lies half way from the mouth to the middle of the shoulders. The top of the
head is beyond all points of the other skeletons; it stays unknown."""
