"""From the joints of one skeleton to those of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Means: TypeAlias = Mapping[str, tuple[tuple[str, ...], ...]]
"""Joint -> ways to make it, the best first; each is the set of joints whose mean it is."""


@dataclass(frozen=True, slots=True)
class JointMap:
    """Which joints of a source each of J joints is the mean of; made by :func:`joint_map`.

    Attributes
    ----------
    parts
        (J, M) int64: indices of the source's joints; short rows repeat their first one.
    shares
        (J, M) float64: how much each part counts; rows sum to 1, repeated parts count 0.
    known
        (J,) bool: False where the source has nothing to make the joint of.
    """

    parts: NDArray[np.int64]
    shares: NDArray[np.float64]
    known: NDArray[np.bool_]

    def points(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """(K, 2) points of the source -> (J, 2) of the target, the same pixels; NaN where not known."""
        made = np.einsum("jm,jmc->jc", self.shares, points[self.parts])
        return np.asarray(np.where(self.known[:, None], made, np.nan), np.float32)

    def spread(self, spread: NDArray[np.float32]) -> NDArray[np.float32]:
        """(K,) radii in pixels -> (J,): the mean of the parts' own; NaN where not known."""
        made = (self.shares * spread[self.parts]).sum(axis=1)
        return np.asarray(np.where(self.known, made, np.nan), np.float32)

    def scores(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """(K,) scores -> (J,): a mean is as sure as its least sure part; 0 where not known."""
        return np.asarray(np.where(self.known, scores[self.parts].min(axis=1), 0), np.float32)


def joint_map(source: Sequence[str], target: Sequence[str], means: Means) -> JointMap:
    """Say how the target's joints are made of the source's.

    Parameters
    ----------
    source, target
        Names of joints. A joint that both have is taken as it is.
    means
        How else to make the target's joints. The first way of which the source has all joints is taken.
    """
    ways = [_way(joint, source, means) for joint in target]
    most = max(1, *map(len, ways))
    parts = np.zeros((len(ways), most), np.int64)
    shares = np.zeros((len(ways), most))
    for row, way in enumerate(ways):
        parts[row] = [*way, *[next(iter(way), 0)] * (most - len(way))]
        shares[row, : len(way)] = 1 / max(1, len(way))
    return JointMap(parts, shares, np.array([bool(way) for way in ways]))


def _way(joint: str, source: Sequence[str], means: Means) -> tuple[int, ...]:
    """Indices of the joints to take the mean of; none where there is no way."""
    for way in ((joint,), *means.get(joint, ())):
        if all(part in source for part in way):
            return tuple(source.index(part) for part in way)
    return ()
