"""Pairs of frames to learn warping from: a labelled one, and one near it (PoseWarper, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import radians

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from models.training.errors import NoPeople
from models.warping.deformable import sample
from models.warping.recording import FULL, Recording
from service.people.crop import Crop
from service.temporal.grid import CELLS, Points, cell_to_input, input_to_cell

REACH = 3  # frames from A to B at most, before or after ("Implementation Details")
TURN = radians(30)  # either way: the random rotations and scaling of section 3
ZOOM = 1.25  # at most, in or out

GRID_CELL: Points = np.stack(np.meshgrid(np.arange(CELLS), np.arange(CELLS)), axis=-1, dtype=np.float32)
"""(64, 64, 2) float32: every cell's own place, x then y."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """N pairs: frame A ("here"), which is labelled, and frame B ("there"), on the grid of one view each.

    Attributes
    ----------
    here, there
        (N, J, 64, 64) float32 in [0, 1].
    joints_here, joints_there
        (N, J, 2) float32, input pixels of the view, x then y; NaN where not known. Training does not look at
        those of B.
    """

    here: Tensor
    there: Tensor
    joints_here: Tensor
    joints_there: Tensor

    def to(self, device: torch.device) -> Pairs:
        """The same pairs on another device."""
        parts = (self.here, self.there, self.joints_here, self.joints_there)
        here, there, joints_here, joints_there = (part.to(device) for part in parts)
        return Pairs(here, there, joints_here, joints_there)


class Picker:
    """Draws pairs from recordings in which every n-th frame is labelled.

    Parameters
    ----------
    recordings
        Of any clips; one network and skeleton.
    every
        Frames 0, n, 2 n... count as labelled; the labels of all others stay unseen.

    Raises
    ------
    NoPeople
        No labelled frame has another one near it.

    Notes
    -----
    The two frames of a pair were seen through two crops, as a crop follows its person. Their difference means
    something only in one coordinate frame, so both frames' maps are resampled into one view: A's crop. When
    pairs are varied, the view is A's crop turned and scaled at random, which costs nothing more.
    """

    def __init__(self, recordings: Sequence[Recording], every: int) -> None:
        self._recordings = recordings
        self._labelled = [
            (recording, row)
            for recording in recordings
            for row in range(len(recording.frames))
            if recording.frames[row] % every == 0 and _is_useful(recording, row)
        ]
        if not self._labelled:
            raise NoPeople("no recorded frame with labels has another one near it")

    def __len__(self) -> int:
        """Labelled frames."""
        return len(self._labelled)

    def draw(self, count: int, seed: Sequence[int], is_varied: bool = True) -> Pairs:
        """Pairs at random; the same for the same seed.

        Parameters
        ----------
        count
            N.
        seed
            Whole numbers, such as the seed of a training and the step.
        is_varied
            Turn and scale the view at random.
        """
        random = np.random.default_rng(seed)
        chosen = random.integers(len(self._labelled), size=count)
        parts = [self._pair(self._labelled[n], random, is_varied) for n in chosen.tolist()]
        here, there, joints_here, joints_there = (torch.stack(each) for each in zip(*parts, strict=True))
        return Pairs(here, there, joints_here, joints_there)

    def _pair(
        self, labelled: tuple[Recording, int], random: Generator, is_varied: bool
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        recording, row = labelled
        other = int(random.choice(recording.near(row, REACH)))
        view = recording.crop(row)
        view = _varied(view, random) if is_varied else view
        maps = [seen_from(view, recording, each) for each in (row, other)]
        joints = [torch.from_numpy(view.to_input(recording.joints[each])) for each in (row, other)]
        return maps[0], maps[1], joints[0], joints[1]


def seen_from(view: Crop, recording: Recording, row: int) -> Tensor:
    """A frame's maps, (J, 64, 64) float32 in [0, 1], on the grid of another crop than its own."""
    maps = torch.from_numpy(recording.maps[row]).float() / FULL
    places = torch.from_numpy(cells_between(view, recording.crop(row)))
    return sample(maps[None], places[None])[0]


def cells_between(view: Crop, own: Crop) -> NDArray[np.float32]:
    """(64, 64, 2) float32: where the cells of one crop lie in another, cells, x then y."""
    points_frame = view.to_frame(cell_to_input(GRID_CELL.reshape(-1, 2)))
    return input_to_cell(own.to_input(points_frame)).reshape(CELLS, CELLS, 2)


def _varied(crop: Crop, random: Generator) -> Crop:
    angle = crop.angle + float(random.uniform(-TURN, TURN))
    return replace(crop, half_side=crop.half_side * ZOOM ** float(random.uniform(-1, 1)), angle=angle)


def _is_useful(recording: Recording, row: int) -> bool:
    known = ~np.isnan(recording.joints[row, :, 0])
    return bool(known.any()) and len(recording.near(row, REACH)) > 0
