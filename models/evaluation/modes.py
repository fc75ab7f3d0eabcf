"""Joints for which a map has several modes and the highest is the wrong one, before and after a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.evaluation.stills import ANSWERS, StillNetwork
from models.evaluation.subjects import Subject
from service.temporal.grid import CELLS, STRIDE, Heatmaps, Points, input_to_cell

RIGHT = 0.2  # torsos from the label at most
WRONG = 0.5  # torsos at least: another place, no small miss
MODE = 0.5  # of the map's highest value: a place as high as that near the label is a mode


@dataclass(frozen=True, slots=True)
class Change:
    """One joint of one person in two networks' maps.

    Attributes
    ----------
    joint
        Index in UPPER7.
    misses
        Torsos from the label, before and after; NaN where the joint is not labelled.
    near
        Highest value of the map before within 0.2 torsos of the label, in parts of its highest value.
    maps
        (2, 64, 64) float32: before and after.
    labels_cell
        (7, 2) float32 cells: all labels of the person, NaN where there are none.
    """

    joint: int
    misses: tuple[float, float]
    near: float
    maps: Heatmaps
    labels_cell: Points

    @property
    def removed(self) -> bool:
        """A wrong peak before, the right one after."""
        return self.misses[0] >= WRONG and self.misses[1] <= RIGHT

    @property
    def two_modes(self) -> bool:
        """Before, the right place was a mode as well, only not the highest."""
        return self.near >= MODE


def changes(before: StillNetwork, after: StillNetwork, subjects: Sequence[Subject]) -> list[Change]:
    """Compare two networks of one region, joint by joint.

    Returns
    -------
    One for each labelled joint that either network finds in a wrong place; the others have no maps to show.
    """
    found: list[Change] = []
    for subject, old, new in zip(subjects, before.maps(subjects), after.maps(subjects), strict=True):
        misses = [
            np.linalg.norm(network.joints_of(maps, subject) - subject.sample.joints, axis=1)
            / subject.torso_px
            for network, maps in ((before, old), (after, new))
        ]
        wrong = np.flatnonzero((misses[0] >= WRONG) | (misses[1] >= WRONG))
        found += [
            _change(int(joint), (float(misses[0][joint]), float(misses[1][joint])), subject, before, old, new)
            for joint in wrong
        ]
    return found


def _change(
    joint: int,
    misses: tuple[float, float],
    subject: Subject,
    network: StillNetwork,
    old: Heatmaps,
    new: Heatmaps,
) -> Change:
    crop = subject.crops[network.region]
    labels = input_to_cell(crop.to_input(subject.sample.joints))
    radius = RIGHT * subject.torso_px * crop.scale / STRIDE
    channel = ANSWERS[network.skeleton.name][joint][0]
    maps = np.stack([old[channel], new[channel]])
    return Change(joint, misses, _near(maps[0], labels[joint], radius), maps, labels)


def _near(map_: Heatmaps, label: Points, radius: float) -> float:
    """Highest value round the label in parts of the highest of all; 0 where the label is outside."""
    rows, columns = np.mgrid[:CELLS, :CELLS]
    inside = np.hypot(columns - label[0], rows - label[1]) <= radius
    return float(map_[inside].max() / max(float(map_.max()), 1e-6)) if inside.any() else 0.0
