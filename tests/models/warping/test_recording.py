from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import read_clips
from models.warping.recording import FULL, load, record, record_once, save
from service.engine import Engine
from tests.models.drawn_recordings import drawn


def test_a_clip_is_recorded_as_it_is_served(models_dir: Path, jhmdb: Path, tmp_path: Path) -> None:
    clip = read_clips(jhmdb)[0]
    with Engine(models_dir, threads=1) as engine:
        recording = record(engine, "blazepose-full", clip)
        kept = record_once(engine, "blazepose-full", clip, tmp_path)
        again = record_once(engine, "blazepose-full", clip, tmp_path)
    assert recording.frames.tolist() == list(range(len(clip.joints)))
    assert recording.maps.shape == (6, 13, 64, 64)
    np.testing.assert_array_equal(kept.maps, again.maps)
    # The head is the first joint: where its map is highest, its label is near.
    head = recording.maps[:, 0].reshape(6, -1)
    assert head.max(axis=1).min() > FULL / 4
    at_cell = np.stack([head.argmax(axis=1) % 64, head.argmax(axis=1) // 64], axis=1).astype(np.float32)
    for row in range(6):
        found = recording.crop(row).to_frame(at_cell[row : row + 1] * 4 + 1.5)[0]
        assert np.linalg.norm(found - recording.joints[row, 0]) < 25
    # Head and shoulders are labelled in view, all else outside it.
    assert np.isnan(recording.joints[:, :, 0]).sum(axis=1).tolist() == [10] * 6


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    recording = drawn(0)
    recording.joints[2, 1] = np.nan
    save(recording, tmp_path / "clip.npz")
    read = load(tmp_path / "clip.npz")
    for name in ("frames", "maps", "crops", "joints"):
        np.testing.assert_array_equal(getattr(read, name), getattr(recording, name))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"words"])
def test_another_file_is_told_from_a_recording(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "clip.npz").write_bytes(content)
    with pytest.raises(DatasetUnreadable, match="is not a recording"):
        load(tmp_path / "clip.npz")


def test_frames_near_are_those_within_reach_but_not_the_frame_itself() -> None:
    recording = drawn(1)
    assert recording.near(1, 3).tolist() == [0, 2, 3, 4]
