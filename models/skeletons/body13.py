"""Thirteen joints that every data set of whole bodies has."""

from __future__ import annotations

from service.networks.skeleton import Skeleton

BODY13 = Skeleton(
    name="body13",
    joints=(
        "head",
        "right_wrist",
        "left_wrist",
        "right_elbow",
        "left_elbow",
        "right_shoulder",
        "left_shoulder",
        "right_hip",
        "left_hip",
        "right_knee",
        "left_knee",
        "right_ankle",
        "left_ankle",
    ),
    edges=(
        (1, 3), (3, 5), (5, 6), (6, 4), (4, 2), (0, 5), (0, 6),
        (5, 7), (6, 8), (7, 8), (7, 9), (9, 11), (8, 10), (10, 12),
    ),
    swaps=((1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12)),
)  # fmt: skip
