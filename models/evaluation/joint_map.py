"""Which joints of a network answer which labelled joints of JHMDB."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.datasets.jhmdb import JOINTS
from service.networks.upper7 import UPPER7 as UPPER_BODY

FACE = (0, 2, 5, 7, 8, 9, 10)  # nose, both pupils, both ears, both corners of the mouth

BLAZEPOSE33: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "face": FACE,
        "right_shoulder": (12,),
        "left_shoulder": (11,),
        "right_elbow": (14,),
        "left_elbow": (13,),
        "right_wrist": (16,),
        "left_wrist": (15,),
        "right_hip": (24,),
        "left_hip": (23,),
        "right_knee": (26,),
        "left_knee": (25,),
        "right_ankle": (28,),
        "left_ankle": (27,),
    }
)
"""Labelled joint -> the blazepose33 joints whose mean answers it.

The 13 joints that both skeletons have. JHMDB's ``neck`` and ``belly`` are left out: BlazePose has neither,
and the means of the shoulders and hips would count those joints twice.
"""

UPPER7: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"face": (0,)} | {name: (UPPER_BODY.index(name),) for name in UPPER_BODY.joints[1:]}
)
"""The same for upper7, whose head is JHMDB's ``face``; it has no hips and no legs."""

ANSWERS: Mapping[str, Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {"blazepose33": BLAZEPOSE33, "upper7": UPPER7}
)
"""Name of a skeleton -> which of its joints answer which labels."""

WRISTS = ("right_wrist", "left_wrist")
"""The fastest joints, which blur first: stated apart."""

MEASURED = tuple(name for name in JOINTS if name in BLAZEPOSE33)
"""The 13 measured joints, in the order of the data set; the mean of a table is over these."""

COLUMNS = tuple(JOINTS.index(name) for name in MEASURED)
"""Their places in a label array (T, 15, 2)."""


def to_measured(
    joints: NDArray[np.float32], answers: Mapping[str, tuple[int, ...]] = BLAZEPOSE33
) -> NDArray[np.float32]:
    """Turn the joints of a network into the measured ones.

    Parameters
    ----------
    joints
        (..., K, 2) float32, any pixels.
    answers
        The table of their skeleton, see :data:`ANSWERS`.

    Returns
    -------
    (..., 13, 2) float32, the same pixels, in the order of :data:`MEASURED`; NaN for those that the skeleton
    has not.
    """
    nothing = np.full((*joints.shape[:-2], 2), np.nan, np.float32)
    means = [joints[..., answers[name], :].mean(axis=-2) if name in answers else nothing for name in MEASURED]
    return np.stack(means, axis=-2).astype(np.float32)
