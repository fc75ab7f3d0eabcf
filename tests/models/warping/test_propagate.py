from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from models.posewarper import PoseWarper
from models.warping.propagate import hops, propagate
from tests.models.drawn_recordings import drawn


class Oracle(PoseWarper):
    """Answers the maps to carry to: what perfect warping of these blobs comes to."""

    def forward(self, here: Tensor, there: Tensor, carried: Tensor) -> Tensor:
        return here


def test_labels_go_where_the_warped_maps_are_highest() -> None:
    recording = drawn(0)
    carried = propagate(Oracle(2, channels=8, blocks=1).eval(), recording, every=7)
    np.testing.assert_array_equal(carried[::7], recording.joints[::7])
    off = np.linalg.norm(carried - recording.joints, axis=2)
    assert off.max() < 1.0  # frame pixels, a quarter of a cell


def test_a_new_network_leaves_labels_where_they_are() -> None:
    torch.manual_seed(0)
    recording = drawn(1)
    carried = propagate(PoseWarper(2, channels=8, blocks=1).eval(), recording, every=15)
    nearest = np.where(np.arange(22) < 8, 0, 15)
    off = np.linalg.norm(carried - recording.joints[nearest], axis=2)
    assert off.max() < 2.0
    assert np.linalg.norm(carried - recording.joints, axis=2).max() > 10


def test_unknown_joints_and_frames_without_labels_stay_unknown() -> None:
    recording = drawn(2)
    network = Oracle(2, channels=8, blocks=1).eval()
    recording.joints[:8, 1] = np.nan
    carried = propagate(network, recording, every=7)
    assert np.isnan(carried[:11, 1]).all()
    assert not np.isnan(carried[:, 0]).any()
    assert not np.isnan(carried[11:]).any()
    assert np.isnan(propagate(network, replace(recording, frames=recording.frames + 1), every=100)).all()


@pytest.mark.parametrize(
    ("frames", "start", "end", "way"),
    [
        (range(10), 0, 7, [0, 3, 6, 7]),
        (range(10), 7, 5, [7, 5]),
        (range(10), 4, 4, [4]),
        ([0, 1, 9, 10], 0, 3, [0, 1, 2, 3]),
    ],
)
def test_hops_are_short_where_frames_allow(frames: list[int], start: int, end: int, way: list[int]) -> None:
    assert hops(np.array(frames), start, end) == way
