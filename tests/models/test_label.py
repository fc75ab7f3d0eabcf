"""`python -m models.label` as people run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.datasets.catalogue import READERS
from service.networks.upper7 import UPPER7
from tests.videos import steady, write_video


def run(data_dir: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "models.label", *map(str, arguments), "--teacher", "blazepose-full"]
    surroundings = os.environ | {"FLOWPOSE_DATA_DIR": str(data_dir)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)


def test_videos_become_a_data_set_and_damaged_ones_are_named(
    jhmdb: Path, tmp_path: Path, models_dir: Path
) -> None:
    damaged, out = tmp_path / "damaged.mp4", tmp_path / "out"
    damaged.write_bytes(b"no video")
    clips = sorted((jhmdb / "clips").iterdir())
    done = run(models_dir.parent, damaged, *clips, "--out", out, "--every", 2, "--min-score", 0.5)
    assert done.returncode == 0, done.stderr
    assert f"{damaged} is left out" in done.stderr
    assert "people judged, 4 kept" in done.stdout
    samples = READERS["pseudo"](out, UPPER7)
    assert [sample.name for sample in samples] == ["000_walk.mp4"] * 2 + ["001_wave.mp4"] * 2
    for sample, frame in zip(samples, (1, 3, 1, 3), strict=True):
        assert sample.known[[0, 5, 6]].all()  # head and shoulders are in view
        assert np.hypot(*(sample.joints[5] - (92 + 2 * frame, 108))) < 15
        # The fixture's person moves over grey: a picture of another frame would have the edge elsewhere.
        row = np.abs(sample.read()[5].astype(int) - 128).sum(axis=1)
        assert np.flatnonzero(row > 60)[0] == pytest.approx(40 + 2 * frame, abs=1)
    info = json.loads((out / "annotations.json").read_text())["info"]
    assert info == {
        "teacher": "blazepose-full",
        "every": 2,
        "min_score": 0.5,
        "max_spread": 0.05,
        "max_jump": 0.02,
    }


def test_a_video_without_people_is_a_problem_and_leaves_no_annotations(
    tmp_path: Path, models_dir: Path
) -> None:
    grey = (np.full((96, 128, 3), 128, np.uint8) for _ in range(3))
    write_video(tmp_path / "grey.mp4", grey, steady(3, 25))
    done = run(models_dir.parent, tmp_path / "grey.mp4", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "No person was found" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "annotations.json").exists()


def test_a_missing_teacher_is_told_before_anything_is_written(tmp_path: Path, jhmdb: Path) -> None:
    done = run(tmp_path, jhmdb / "clips" / "001_wave.mp4", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "models pull blazepose-full" in done.stderr
    assert not (tmp_path / "out").exists()
