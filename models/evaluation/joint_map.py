"""Which joints of a network answer which labelled joints of JHMDB."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.datasets.jhmdb import JOINTS

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

WRISTS = ("right_wrist", "left_wrist")
"""The fastest joints, which blur first: stated apart."""

MEASURED = tuple(name for name in JOINTS if name in BLAZEPOSE33)
"""The 13 measured joints, in the order of the data set; the mean of a table is over these."""

COLUMNS = tuple(JOINTS.index(name) for name in MEASURED)
"""Their places in a label array (T, 15, 2)."""


def to_measured(joints: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn blazepose33 joints into the measured ones.

    Parameters
    ----------
    joints
        (..., 33, 2) float32, any pixels.

    Returns
    -------
    (..., 13, 2) float32, the same pixels, in the order of :data:`MEASURED`.
    """
    means = [joints[..., BLAZEPOSE33[name], :].mean(axis=-2) for name in MEASURED]
    return np.stack(means, axis=-2).astype(np.float32)
