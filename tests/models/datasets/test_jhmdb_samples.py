"""JHMDB's clips as single pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import read_clips
from models.datasets.jhmdb_samples import read_jhmdb
from service.media.video import open_video
from service.networks.upper7 import UPPER7


def test_every_fifth_frame_of_every_clip_is_a_sample(jhmdb: Path) -> None:
    samples = read_jhmdb(jhmdb, UPPER7)
    assert [sample.name for sample in samples] == ["000_walk.mp4"] * 2 + ["001_wave.mp4"] * 2
    assert {sample.source for sample in samples} == {"jhmdb"}


def test_labels_belong_to_their_frame_and_what_is_out_of_view_is_masked(jhmdb: Path) -> None:
    samples = read_jhmdb(jhmdb, UPPER7)[:2]
    # Head (the face's centre) and shoulders are in view; the conftest moves them 2 pixels a frame.
    for sample, frame in zip(samples, (0, 5), strict=True):
        assert sample.known.tolist() == [True, False, False, False, False, True, True]
        assert sample.joints[0].tolist() == [145 + 2 * frame, 55]
        assert sample.joints[5].tolist() == [92 + 2 * frame, 108]
        assert sample.joints[6].tolist() == [190 + 2 * frame, 115]


def test_the_picture_is_the_frame_in_its_colours(jhmdb: Path) -> None:
    sample = read_jhmdb(jhmdb, UPPER7)[1]
    with open_video(read_clips(jhmdb)[0].video) as video:
        frame = list(video)[5].image
    assert np.abs(sample.read().astype(int) - frame).mean() < 2


def test_a_clip_shorter_than_its_labels_is_refused(jhmdb: Path) -> None:
    path = jhmdb / "joints.json"
    data = json.loads(path.read_text())
    data["clips"]["001_wave.mp4"]["joints"] *= 2
    path.write_text(json.dumps(data))
    with pytest.raises(DatasetUnreadable, match="6 frames and labels for 12"):
        read_jhmdb(jhmdb, UPPER7)
