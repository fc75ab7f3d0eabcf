"""Pairs of frames to learn warping from: a labelled one, and one near it (PoseWarper, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from math import radians

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from models.training.errors import NoPeople
from models.warping.recording import FULL, Recording
from service.people.crop import Crop
from service.temporal.grid import WARP_REACH, Heatmaps, input_to_cell
from service.temporal.joints import peaks
from service.temporal.kernel import in_blocks
from service.warping.view import seen_from

TURN = radians(30)  # either way: the random rotations and scaling of section 3
ZOOM = 1.25  # at most, in or out


@dataclass(frozen=True, slots=True)
class Pairs:
    """N pairs: frame A ("here"), which is labelled, and frame B ("there"), on the grid of one view each.

    Attributes
    ----------
    here, there
        (N, J, 64, 64) float32 in [0, 1].
    joints_here, joints_there
        (N, J, 2) float32, input pixels of the view, x then y; NaN where not known. Only some trainings look
        at those of B, see :class:`models.warping.aim.Aim`.
    off
        (N, J, 2) float32, cells: from the peaks of A's own maps to A's labels; NaN where not known.
    """

    here: Tensor
    there: Tensor
    joints_here: Tensor
    joints_there: Tensor
    off: Tensor

    def to(self, device: torch.device) -> Pairs:
        """The same pairs on another device."""
        return Pairs(*(getattr(self, each.name).to(device) for each in fields(Pairs)))


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
        return Pairs(*(torch.from_numpy(np.stack(each)) for each in zip(*parts, strict=True)))

    def _pair(
        self, labelled: tuple[Recording, int], random: Generator, is_varied: bool
    ) -> tuple[NDArray[np.float32], ...]:
        """One pair, part by part as in :class:`Pairs`."""
        recording, row = labelled
        other = int(random.choice(recording.near(row, WARP_REACH)))
        view = recording.crop(row)
        view = _varied(view, random) if is_varied else view
        here, there = (_seen(view, recording, each) for each in (row, other))
        joints_here, joints_there = (view.to_input(recording.joints[each]) for each in (row, other))
        own, _, _ = peaks(in_blocks(here))
        return here, there, joints_here, joints_there, input_to_cell(joints_here) - own


def _seen(view: Crop, recording: Recording, row: int) -> Heatmaps:
    """A frame's maps, (J, 64, 64) float32 in [0, 1], on the grid of another crop than its own."""
    return seen_from(view, recording.crop(row), recording.maps[row] / np.float32(FULL))


def _varied(crop: Crop, random: Generator) -> Crop:
    angle = crop.angle + float(random.uniform(-TURN, TURN))
    return replace(crop, half_side=crop.half_side * ZOOM ** float(random.uniform(-1, 1)), angle=angle)


def _is_useful(recording: Recording, row: int) -> bool:
    known = ~np.isnan(recording.joints[row, :, 0])
    return bool(known.any()) and len(recording.near(row, WARP_REACH)) > 0
