"""What one frame's heatmaps alone say of a person: enough to look in the right place next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.networks.catalogue import ModelCard
from service.people.box import Box, box_round
from service.people.crop import Crop
from service.temporal.grid import CELLS, Heatmaps, Points, cell_to_input


@dataclass(frozen=True, slots=True)
class Sighting:
    """A person as the single frame shows it, to the nearest cell.

    Attributes
    ----------
    joints
        (K, 2) float32, frame pixels.
    scores
        (K,) float32 in [0, 1].
    hips, above
        (2,) float32, frame pixels: the middle of the hips, and the point straight above it on the circle that
        holds the whole body.
    """

    joints: Points
    scores: NDArray[np.float32]
    hips: NDArray[np.float32]
    above: NDArray[np.float32]

    @property
    def box(self) -> Box:
        """Smallest upright box round all joints."""
        return box_round(self.joints)

    @property
    def score(self) -> float:
        """Mean score of the better half of the joints: half a body in view is a person."""
        return float(np.sort(self.scores)[len(self.scores) // 2 :].mean())


def sight(maps: Heatmaps, crop: Crop, card: ModelCard) -> Sighting:
    """Read one person's maps.

    Parameters
    ----------
    maps
        (M, 64, 64) float32 in [0, 1], joints first.
    crop
        Where they were seen.
    card
        Of the network that made them.
    """
    flat = maps.reshape(len(maps), -1)
    best = flat.argmax(axis=1)
    points_cell = np.stack([best % CELLS, best // CELLS], axis=1).astype(np.float32)
    points = crop.to_frame(cell_to_input(points_cell))
    scores = flat[np.arange(len(flat)), best]
    count = len(card.skeleton.joints)
    joints = points[:count]
    if card.guides is not None:
        hips, above = points[list(card.guides)]
    else:
        hips, above = _guides_of(joints, card)
    return Sighting(joints, scores[:count], hips, above)


def _guides_of(joints: Points, card: ModelCard) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Middle of the hips, and above it (hips to shoulders is up) at the distance of the farthest joint."""
    skeleton = card.skeleton
    hips = joints[[skeleton.index("left_hip"), skeleton.index("right_hip")]].mean(axis=0)
    shoulders = joints[[skeleton.index("left_shoulder"), skeleton.index("right_shoulder")]].mean(axis=0)
    reach = np.linalg.norm(joints - hips, axis=1).max()
    up = (shoulders - hips) / max(float(np.linalg.norm(shoulders - hips)), 1e-6)
    return hips, hips + reach * up
