from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.training.errors import NoPeople
from models.training.targets import gaussian_targets
from models.warping.measure import highest
from models.warping.pairs import Picker
from tests.models.drawn_recordings import drawn


def test_both_frames_of_a_pair_are_on_one_grid_and_labels_with_them() -> None:
    pairs = Picker([drawn(1, joints=3)], every=7).draw(6, (0,))
    for maps, joints in ((pairs.here, pairs.joints_here), (pairs.there, pairs.joints_there)):
        assert (highest(maps) - joints).abs().max() < 4  # input pixels; a cell
    assert pairs.off.norm(dim=2).max() < 0.5  # cells: these labels are where the maps are
    moved = (pairs.joints_here - pairs.joints_there).norm(dim=2).max()
    assert 8 < moved < 4 * 3 * 3 * 1.6


def test_only_labelled_frames_are_shown() -> None:
    recording = drawn(2)
    assert len(Picker([recording], every=7)) == 4  # frames 0, 7, 14, 21
    recording.joints[7] = np.nan
    assert len(Picker([recording], every=7)) == 3


def test_unknown_joints_stay_unknown() -> None:
    recording = drawn(3)
    recording.joints[:, 1] = np.nan
    pairs = Picker([recording], every=7).draw(5, (0,))
    assert pairs.joints_here[:, 1].isnan().all()
    assert not gaussian_targets(pairs.joints_here)[:, 0].isnan().any()


def test_pairs_follow_from_the_seed() -> None:
    picker = Picker([drawn(4), drawn(5)], every=7)
    one, same, other = (picker.draw(4, seed).here for seed in ((0, 1), (0, 1), (0, 2)))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_frames_without_neighbours_teach_nothing() -> None:
    alone = replace(drawn(6, frames=2), frames=np.array([0, 7]))
    with pytest.raises(NoPeople):
        Picker([alone], every=7)
