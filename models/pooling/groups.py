"""Which joints of blazepose33 share a column of weights, and which of them have labels."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.evaluation.joint_map import BLAZEPOSE33 as LABELLED
from models.evaluation.joint_map import MEASURED
from service.networks.blazepose33 import BLAZEPOSE33

GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "face": ("nose", "eye", "ear", "mouth"),
        "shoulder": ("shoulder",),
        "elbow": ("elbow",),
        "wrist": ("wrist", "pinky", "index", "thumb"),
        "hip": ("hip",),
        "knee": ("knee",),
        "ankle": ("ankle", "heel", "foot"),
    }
)
"""Group -> words in the names of its joints. Left and right share; hands go with wrists, feet with ankles."""

JOINTS = tuple(sorted(joint for joints in LABELLED.values() for joint in joints))
"""The 19 joints that answer a label of JHMDB, by index in the skeleton."""

LABEL_OF: Mapping[int, int] = MappingProxyType(
    {joint: MEASURED.index(name) for name, joints in LABELLED.items() for joint in joints}
)
"""Joint -> its label's place among the measured ones; all joints of the face have the one of the face."""


def group_of_joint() -> NDArray[np.int64]:
    """(33,) int64: the group of each joint, in the order of :data:`GROUPS`."""
    return np.array([_group(name) for name in BLAZEPOSE33.joints])


def _group(joint: str) -> int:
    found = [n for n, (_, words) in enumerate(GROUPS.items()) if set(words) & set(joint.split("_"))]
    # `left_foot_index` is of the foot, which comes after the hand's `left_index`.
    return found[-1]
