"""OpenPose's BODY_25, in its order (CMU-Perceptual-Computing-Lab/openpose, doc/02_output.md)."""

from __future__ import annotations

from types import MappingProxyType

from service.networks.joint_map import Means
from service.networks.skeleton import Skeleton

BODY25 = Skeleton(
    name="body25",
    joints=(
        "nose",
        "neck",
        "right_shoulder",
        "right_elbow",
        "right_wrist",
        "left_shoulder",
        "left_elbow",
        "left_wrist",
        "mid_hip",
        "right_hip",
        "right_knee",
        "right_ankle",
        "left_hip",
        "left_knee",
        "left_ankle",
        "right_eye",
        "left_eye",
        "right_ear",
        "left_ear",
        "left_big_toe",
        "left_small_toe",
        "left_heel",
        "right_big_toe",
        "right_small_toe",
        "right_heel",
    ),
    edges=(
        (1, 8), (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11), (8, 12), (12, 13),
        (13, 14), (1, 0), (0, 15), (15, 17), (0, 16), (16, 18), (14, 19), (19, 20), (14, 21), (11, 22),
        (22, 23), (11, 24),
    ),
    swaps=(
        (2, 5), (3, 6), (4, 7), (9, 12), (10, 13), (11, 14), (15, 16), (17, 18), (19, 22), (20, 23), (21, 24),
    ),
)  # fmt: skip

BODY25_MEANS: Means = MappingProxyType(
    {
        "neck": (("left_shoulder", "right_shoulder"),),
        "mid_hip": (("left_hip", "right_hip"),),
        "left_big_toe": (("left_foot_index",),),
        "right_big_toe": (("right_foot_index",),),
    }
)
"""BODY_25's neck lies between the shoulders. The small toes have no counterpart anywhere else."""
