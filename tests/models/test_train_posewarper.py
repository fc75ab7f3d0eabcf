"""`python -m models.train_posewarper` as people run it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models.warping.checkpoint import load_warper


def train(models_dir: Path, data: Path, *more: str) -> subprocess.CompletedProcess[str]:
    small = ["--channels", "8", "--blocks", "1", "--batch", "2", "--held-out", "2"]
    command = [sys.executable, "-m", "models.train_posewarper", "--data", str(data), *small]
    command += ["--model", "blazepose-full", *more]
    surroundings = os.environ | {"FLOWPOSE_DATA_DIR": str(models_dir.parent)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)


@pytest.fixture
def clips(jhmdb: Path) -> Path:
    """The fixture's clips are both for learning; the CRC-32 of the third one's name is odd."""
    labels = json.loads((jhmdb / "joints.json").read_text())
    labels["clips"]["002_wave.mp4"] = labels["clips"]["001_wave.mp4"]
    (jhmdb / "joints.json").write_text(json.dumps(labels))
    shutil.copy(jhmdb / "clips" / "001_wave.mp4", jhmdb / "clips" / "002_wave.mp4")
    return jhmdb


def test_a_training_is_measured_and_gone_on_with(models_dir: Path, clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = train(models_dir, clips, "--out", str(out), "--steps", "2")
    assert done.returncode == 0, done.stderr
    assert "labels within 5% of the body: copied" in " ".join(done.stderr.split())
    recorded = sorted(path.name for path in (out / "recordings" / "blazepose-full").iterdir())
    assert recorded == ["000_walk.mp4.npz", "001_wave.mp4.npz", "002_wave.mp4.npz"]
    shutil.rmtree(clips / "clips")  # what is recorded is not looked at again
    (clips / "clips").mkdir()
    for name in recorded:
        (clips / "clips" / name.removesuffix(".npz")).touch()
    done = train(models_dir, clips, "--out", str(out), "--steps", "3", "--resume", "--cycle")
    assert done.returncode == 0, done.stderr
    with (out / "log.csv").open(newline="") as file:
        assert [row["step"] for row in csv.DictReader(file)] == ["2", "3"]
    spec, _ = load_warper(out / "posewarper.pt")
    assert (spec.model, spec.joints) == ("blazepose-full", 13)
    done = train(models_dir, clips, "--out", str(out), "--steps", "4")
    assert done.returncode == 1
    assert "--resume goes on with it" in done.stderr


def test_clips_of_one_half_only_are_told(models_dir: Path, jhmdb: Path, tmp_path: Path) -> None:
    done = train(models_dir, jhmdb, "--out", str(tmp_path / "out"), "--steps", "1")
    assert done.returncode == 1
    assert "with an odd CRC-32" in " ".join(done.stderr.split())
