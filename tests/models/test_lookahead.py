"""`python -m models.lookahead` as people run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_each_look_ahead_has_a_row_and_the_curves_are_drawn(
    models_dir: Path, jhmdb: Path, tmp_path: Path
) -> None:
    plot = tmp_path / "curves.svg"
    command = [
        sys.executable,
        "-m",
        "models.lookahead",
        "--data",
        str(jhmdb),
        "--all",
        "--workers",
        "1",
        "--plot",
        str(plot),
    ]
    surroundings = os.environ | {"FLOWPOSE_DATA_DIR": str(models_dir.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if " ms |" in line]
    assert rows == ["0", "1", "3", "7", "15"]
    assert plot.read_text().lstrip().startswith("<?xml")
