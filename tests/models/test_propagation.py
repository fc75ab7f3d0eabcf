"""`python -m models.propagation` as people run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.warpers import By, lay


def run(*arguments: object, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "models.propagation", *(str(argument) for argument in arguments)]
    surroundings = os.environ | ({"FLOWPOSE_DATA_DIR": str(data)} if data else {})
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)


def test_each_way_has_a_row_and_each_joint_too(jhmdb: Path) -> None:
    done = run("--data", jhmdb, "--every", 3, "--way", "copy", "--way", "dis", "--workers", 1, "--clips", 1)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")]
    assert {"copy", "dis", "face", "left_wrist"} <= set(rows)
    assert "every 3" in done.stdout


def test_warpers_have_rows_and_are_measured_on_clips_that_they_never_saw(
    jhmdb: Path, models_dir: Path, tmp_path: Path
) -> None:
    warper = lay(tmp_path, "blazepose-full", By.IDENTITY)
    given = ["--every", 3, "--way", "copy", "--workers", 1, "--warper", warper, "--cycle-warper", warper]
    done = run("--data", jhmdb, *given, data=models_dir.parent)
    assert done.returncode == 1
    assert "not taught on" in " ".join(done.stderr.split())
    labels = json.loads((jhmdb / "joints.json").read_text())
    labels["clips"]["002_wave.mp4"] = labels["clips"]["001_wave.mp4"]  # its CRC-32 is odd
    (jhmdb / "joints.json").write_text(json.dumps(labels))
    shutil.copy(jhmdb / "clips" / "001_wave.mp4", jhmdb / "clips" / "002_wave.mp4")
    done = run("--data", jhmdb, *given, data=models_dir.parent)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")]
    assert rows[2:5] == ["copy", "posewarper", "posewarper cycle"]
    assert "1 held-out clips" in done.stdout


def test_an_unknown_way_is_refused(jhmdb: Path) -> None:
    done = run("--data", jhmdb, "--way", "magic")
    assert done.returncode == 2
    assert "straight line" in done.stderr
