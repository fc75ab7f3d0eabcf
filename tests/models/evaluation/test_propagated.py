from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.datasets.jhmdb import Clip, read_clips
from models.evaluation.joint_map import COLUMNS
from models.evaluation.propagated import WAYS, Trial, labels_of_clip, measure_clip
from models.evaluation.warped import names_for
from tests.warpers import By, lay, opened


@pytest.fixture
def clip(jhmdb: Path) -> Clip:
    """Six frames of a person who goes to the right by two pixels a frame; four joints are in view."""
    return read_clips(jhmdb, "A")[0]


def test_only_what_is_in_the_picture_is_given(clip: Clip) -> None:
    labels = labels_of_clip(clip, 2)
    assert labels.frames == (0, 2, 4)
    (target,) = labels.at(2)
    assert target.known.tolist() == clip.valid[2, COLUMNS].tolist()
    assert 0 < target.known.sum() < len(COLUMNS)


def test_only_frames_without_a_label_count(clip: Clip) -> None:
    (result,) = measure_clip([Trial("copy", 3)], clip).values()
    assert result.tally.frames == 4
    distance_px = result.tally.errors * _box_side(clip)
    known = ~np.isnan(distance_px)
    np.testing.assert_allclose(distance_px[known].reshape(4, -1)[:, 0], [2, 2, 2, 4], atol=0.01)


def test_flow_and_the_straight_line_are_better_than_copies(clip: Clip) -> None:
    results = measure_clip([Trial(way, 5) for way in ("copy", "straight line", "dis")], clip)
    copy, line, dis = (np.nanmean(result.tally.errors) for result in results.values())
    assert line < 0.001
    assert dis < 0.5 * copy


def test_a_joint_that_no_label_reaches_is_missed(clip: Clip) -> None:
    clip.valid[0, COLUMNS[0]] = False
    clip.valid[5, COLUMNS[0]] = False
    (result,) = measure_clip([Trial("copy", 5)], clip).values()
    assert result.tally.pck(0.2)[0] == 0
    assert result.average_precision(0.2)[0] == 0


def test_a_warper_that_moves_nothing_copies(clip: Clip, models_dir: Path, tmp_path: Path) -> None:
    assert (models_dir / "blazepose-full.onnx").is_file()
    warper = lay(tmp_path, "blazepose-full", By.IDENTITY)
    results = measure_clip([Trial("copy", 9), Trial("posewarper", 9, warper)], clip)
    copied, warped = (result.tally.errors for result in results.values())
    assert copied[~np.isnan(copied)].max() > 0.05
    np.testing.assert_allclose(warped, copied, atol=1e-3)


def test_labels_are_called_as_the_warper_calls_them(clip: Clip, tmp_path: Path) -> None:
    warper = opened(tmp_path, "spatial-net", By.IDENTITY)
    names = names_for(warper)
    (target,) = labels_of_clip(clip, 2, names, warper.names).at(0)
    known = {name for name, is_known in zip(names, target.known.tolist(), strict=True) if is_known}
    assert known == {"head", "right_shoulder", "left_shoulder"}
    assert {"left_hip", "left_ankle"} <= set(names)


def test_every_way_can_be_made() -> None:
    assert all(callable(make()) for make in WAYS.values())


def _box_side(clip: Clip) -> float:
    seen = clip.joints[0][clip.valid[0]]
    joints = clip.joints[0, COLUMNS][clip.valid[0, COLUMNS]]
    assert len(seen) >= len(joints)
    return float((joints.max(axis=0) - joints.min(axis=0)).max())
