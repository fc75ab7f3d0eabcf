"""Read the learnt tables."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
from numpy.typing import NDArray

from service.networks.skeleton import Skeleton
from service.temporal.grid import HALF_WINDOW
from service.temporal.trust import Trust

OFFSETS = tuple(range(-HALF_WINDOW, HALF_WINDOW + 1))


def learnt_table(skeleton: Skeleton) -> NDArray[np.float32] | None:
    """(31, K) float32 weights, not negative, each column of sum 1; None when none were learnt.

    Raises
    ------
    ValueError
        When the file is not a table of this skeleton.
    """
    file = _folder() / f"{skeleton.name}.csv"
    return parse_table(file.read_text(encoding="utf-8"), skeleton) if file.is_file() else None


def learnt_trust(skeleton: Skeleton) -> Trust | None:
    """How far adaptive pooling trusts neighbours; None when it was not learnt for the skeleton."""
    file = _folder() / f"{skeleton.name}-trust.csv"
    return parse_trust(file.read_text(encoding="utf-8")) if file.is_file() else None


def parse_table(text: str, skeleton: Skeleton) -> NDArray[np.float32]:
    """The table that a file holds: a header ``offset,JOINT,...`` and a row for each offset from -15 to 15."""
    header, *rows = text.split()
    if tuple(header.split(",")) != ("offset", *skeleton.joints):
        raise ValueError(f"the columns of the weights are not the joints of {skeleton.name}: {header}")
    numbers = np.array([row.split(",") for row in rows], np.float64)
    if tuple(numbers[:, 0]) != OFFSETS:
        raise ValueError(f"the rows of the weights are the offsets {numbers[:, 0]}, not -15 to 15")
    return np.asarray(numbers[:, 1:], np.float32)


def parse_trust(text: str) -> Trust:
    """What a file holds: a header with the names of `Trust` and one row of numbers."""
    header, row = (line.split(",") for line in text.split())
    return Trust(**dict(zip(header, map(float, row), strict=True)))


def _folder() -> Traversable:
    return files("service.temporal.learnt")
