"""Whose left is left: that of the person, never that of the viewer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def own_sides(points: NDArray[np.float32], names: Sequence[str]) -> NDArray[np.float32]:
    """Swap left and right if the source names sides as the viewer sees them.

    Parameters
    ----------
    points
        (..., P, 2) float32, picture pixels; NaN where not labelled. Many people, of whom most face the
        camera, as in films and before a sensor.
    names
        Of the P points; sides are ``left_`` and ``right_``.

    Returns
    -------
    The same shape. Who faces the camera has the own left shoulder further right in the picture; where the
    median is the other way round, all sides are swapped.

    Notes
    -----
    The releases do not say whose left they mean, and a sensor's picture can be mirrored. In a mirrored
    picture the arm that looks like a left arm is called left, as in every other picture.
    """
    across = points[..., names.index("left_shoulder"), 0] - points[..., names.index("right_shoulder"), 0]
    known = across[~np.isnan(across)]
    if known.size == 0 or np.median(known) >= 0:
        return points
    return points[..., [names.index(_other_side(name)) for name in names], :]


def _other_side(name: str) -> str:
    if name.startswith("left_"):
        return name.replace("left_", "right_", 1)
    return name.replace("right_", "left_", 1)
