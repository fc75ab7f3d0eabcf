"""What one frame's heatmaps alone say of a person: enough to look in the right place next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.networks.model_card import ModelCard
from service.networks.skeleton import Skeleton
from service.people.box import Box, box_round
from service.people.crop import Crop
from service.temporal.grid import CELLS, Heatmaps, Points, cell_to_input


@dataclass(frozen=True, slots=True)
class Sighting:
    """A person as the single frame shows it, to the nearest cell.

    Attributes
    ----------
    skeleton
        What the joints mean.
    joints
        (K, 2) float32, frame pixels.
    scores
        (K,) float32 in [0, 1].
    guides
        (2, 2) float32, frame pixels: the middle of the hips, and the point straight above it on the circle
        that holds the whole body. None from networks that have no maps for them.
    """

    skeleton: Skeleton
    joints: Points
    scores: NDArray[np.float32]
    guides: Points | None = None

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
    guides = None if card.guides is None else points[list(card.guides)]
    return Sighting(card.skeleton, points[:count], scores[:count], guides)
