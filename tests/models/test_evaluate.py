"""`python -m models.evaluate` as people run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def run(data: Path, data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "models.evaluate", "--data", str(data), *arguments]
    surroundings = os.environ | {"FLOWPOSE_DATA_DIR": str(data_dir)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)


def test_tables_and_json_say_what_was_measured(models_dir: Path, jhmdb: Path, tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    done = run(jhmdb, models_dir.parent, "--all", "--damage", "none", "--workers", "1", "--json", str(output))
    assert done.returncode == 0, done.stderr
    assert "blazepose-full, flow dis, window 15, look-ahead 15, 1 clips" in done.stdout
    rows = [line for line in done.stdout.splitlines() if line.startswith("| none")]
    assert [row.split("|")[2].strip() for row in rows] == ["none", "max", "sum", "parametric", "adaptive"]
    assert "| left_wrist" in done.stdout
    document = json.loads(output.read_text())
    assert [each["pooling"] for each in document["results"]] == [
        "none",
        "max",
        "sum",
        "parametric",
        "adaptive",
    ]
    assert document["results"][0]["frames"] == 6
    assert document["results"][0]["pck"]["0.2"]["joints"]["face"] == 100


def test_a_wrong_folder_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    done = run(tmp_path / "nothing", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("The data set cannot be read: ")
    assert "Traceback" not in done.stderr


def test_clips_that_weights_were_learnt_from_do_not_count_unless_asked_for(
    jhmdb: Path, tmp_path: Path
) -> None:
    done = run(jhmdb, tmp_path)  # the only one of tier A is such a clip
    assert done.returncode == 1
    assert "has no such clip of tier A" in done.stderr
