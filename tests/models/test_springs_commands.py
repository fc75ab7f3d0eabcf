"""`python -m models.learn_springs` and `python -m models.slicing_report` as people run them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from models.datasets.jhmdb import read_clips
from models.datasets.split import learnt_from
from service.networks.blazepose33 import BLAZEPOSE33
from service.refine.graph import body_of
from service.refine.springs import read_springs


def run(module: str, models_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    surroundings = os.environ | {"FLOWPOSE_DATA_DIR": str(models_dir.parent)}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)


def add_a_clip(jhmdb: Path, name: str) -> None:
    """The first clip once more, under a name on the other side of the division."""
    labels = json.loads((jhmdb / "joints.json").read_text())
    first = min(labels["clips"])
    shutil.copy(jhmdb / "clips" / first, jhmdb / "clips" / name)
    labels["clips"][name] = labels["clips"][first]
    (jhmdb / "joints.json").write_text(json.dumps(labels))


def test_springs_are_learnt_on_one_half_of_the_clips_and_measured_on_the_other(
    models_dir: Path, jhmdb: Path, tmp_path: Path
) -> None:
    add_a_clip(jhmdb, "001_jump.mp4")
    assert [learnt_from(clip) for clip in read_clips(jhmdb)] == [True, False, True]
    springs, results = tmp_path / "springs.csv", tmp_path / "results.json"
    done = run(
        "models.learn_springs", models_dir, "--data", str(jhmdb), "--out", str(springs), "--steps", "2"
    )
    assert done.returncode == 0, done.stderr
    assert "2 steps" in done.stderr
    read_springs(springs, body_of(BLAZEPOSE33))
    options = ("--springs", str(springs), "--workers", "1", "--json", str(results))
    done = run("models.slicing_report", models_dir, "--data", str(jhmdb), *options)
    assert done.returncode == 0, done.stderr
    assert "spatiotemporal, 2" in done.stdout
    rows = json.loads(results.read_text())["results"]
    assert len(rows) == 3 * 2 * 4
    assert {row["frames"] for row in rows} == {6}


def test_a_folder_without_clips_is_one_line_and_status_1(models_dir: Path, tmp_path: Path) -> None:
    done = run("models.learn_springs", models_dir, "--data", str(tmp_path), "--out", str(tmp_path / "s.csv"))
    assert done.returncode == 1
    assert "joints.json" in done.stderr
    assert "Traceback" not in done.stderr
