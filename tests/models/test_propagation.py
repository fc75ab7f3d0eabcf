"""`python -m models.propagation` as people run it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "models.propagation", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_each_way_has_a_row_and_each_joint_too(jhmdb: Path) -> None:
    done = run("--data", jhmdb, "--every", 3, "--way", "copy", "--way", "dis", "--workers", 1, "--clips", 1)
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line.startswith("|")]
    assert {"copy", "dis", "face", "left_wrist"} <= set(rows)
    assert "every 3" in done.stdout


def test_an_unknown_way_is_refused(jhmdb: Path) -> None:
    done = run("--data", jhmdb, "--way", "magic")
    assert done.returncode == 2
    assert "straight line" in done.stderr
