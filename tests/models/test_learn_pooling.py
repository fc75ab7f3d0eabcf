"""`python -m models.learn_pooling` as people run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from service.networks.blazepose33 import BLAZEPOSE33
from service.temporal.learnt.read import parse_table, parse_trust


def learn(models_dir: Path, data: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "models.learn_pooling", "--data", str(data), "--workers", "1", *more]
    surroundings = os.environ | {"FLOWPOSE_DATA_DIR": str(models_dir.parent)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)


def add_a_clip_to_measure_on(jhmdb: Path) -> None:
    """The fixture's clips are both for learning; the CRC-32 of this one's name is odd."""
    labels = json.loads((jhmdb / "joints.json").read_text())
    labels["clips"]["002_wave.mp4"] = labels["clips"]["001_wave.mp4"]
    (jhmdb / "joints.json").write_text(json.dumps(labels))
    shutil.copy(jhmdb / "clips" / "001_wave.mp4", jhmdb / "clips" / "002_wave.mp4")


def test_weights_are_learnt_written_drawn_and_compared(models_dir: Path, jhmdb: Path, tmp_path: Path) -> None:
    add_a_clip_to_measure_on(jhmdb)
    out, plot = tmp_path / "learnt.csv", tmp_path / "weights.png"
    done = learn(models_dir, jhmdb, "--out", str(out), "--plot", str(plot), "--steps", "10")
    assert done.returncode == 0, done.stderr
    table = parse_table(out.read_text(), BLAZEPOSE33)
    np.testing.assert_allclose(table.sum(axis=0), 1, atol=1e-6)
    parse_trust((tmp_path / "learnt-trust.csv").read_text())
    assert plot.read_bytes().startswith(b"\x89PNG")
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in done.stdout.splitlines()]
    for damage in ("none", "blur", "occluder"):
        for pooling in ("gaussian", "learnt", "adaptive"):
            assert [damage, "0", pooling] in rows


def test_a_folder_without_the_data_is_told(models_dir: Path, tmp_path: Path) -> None:
    done = learn(models_dir, tmp_path, "--out", str(tmp_path / "learnt.csv"))
    assert done.returncode == 1
    assert "The data set cannot be read" in done.stderr
