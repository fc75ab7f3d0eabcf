"""Accuracy against the distance that is allowed: the papers' plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.evaluation.stills import Found
from service.networks.upper7 import UPPER7

RADII_PX = tuple(range(31))  # pixels of the 256 upper-body crop; the papers stop at 20

PARTS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        part: tuple(n for n, name in enumerate(UPPER7.joints) if name.endswith(part))
        for part in ("head", "wrist", "elbow", "shoulder")
    }
)
"""Kind of joint -> its places in UPPER7: left and right count together, as in the papers."""


def curves(found: Found, radii_px: Sequence[float] = RADII_PX) -> dict[str, list[float]]:
    """Percentage of labels found within each radius, for each part and for ``mean``, the mean of 7 joints."""
    table = np.stack([found.within(radius) for radius in radii_px])
    return {name: column.round(2).tolist() for name, column in by_part(table).items()}


def by_part(values: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Means over the joints of each part, and over all seven.

    Parameters
    ----------
    values
        (..., 7), in the order of UPPER7; NaN for a joint without labels.

    Returns
    -------
    Name of the part, or ``mean`` -> (...) float64; NaN where none of its joints has labels.
    """
    groups = {**PARTS, "mean": tuple(range(len(UPPER7.joints)))}
    return {name: _mean(values[..., list(columns)]) for name, columns in groups.items()}


def _mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, values, 0).sum(axis=-1) / known.sum(axis=-1), np.float64)
