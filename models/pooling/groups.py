"""Which joints of a skeleton share a column of weights, and which of them have labels."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.evaluation.joint_map import ANSWERS, MEASURED
from service.networks.skeleton import Skeleton

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "face": ("head", "nose", "eye", "ear", "mouth"),
        "shoulder": ("shoulder",),
        "elbow": ("elbow",),
        "wrist": ("wrist", "pinky", "index", "thumb"),
        "hip": ("hip",),
        "knee": ("knee",),
        "ankle": ("ankle", "heel", "foot"),
    }
)
"""Group -> words in the names of its joints. Left and right share; hands go with wrists, feet with ankles."""


def label_of_joint(skeleton: Skeleton) -> dict[int, int]:
    """Joint that answers a label of JHMDB -> the label's place among the measured ones.

    All joints of the face have the one of the face.

    Raises
    ------
    KeyError
        Of this skeleton it is not known which joints answer which labels.
    """
    answers = ANSWERS[skeleton.name]
    pairs = [(joint, MEASURED.index(name)) for name, joints in answers.items() for joint in joints]
    return dict(sorted(pairs))


def group_of_joint(skeleton: Skeleton) -> NDArray[np.int64]:
    """(K,) int64: the group of each joint, in the order of :data:`GROUPS`."""
    return np.array([_group(name) for name in skeleton.joints])


def _group(joint: str) -> int:
    found = [n for n, (_, words) in enumerate(GROUPS.items()) if set(words) & set(joint.split("_"))]
    # `left_foot_index` is of the foot, which comes after the hand's `left_index`.
    return found[-1]
