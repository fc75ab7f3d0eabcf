"""The shell scripts of `deploy`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.deploy.tools import ROOT, run_tool

SCRIPTS = sorted((ROOT / "deploy").rglob("*.sh"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_shellcheck_has_nothing_to_say(script: Path) -> None:
    done = run_tool("shellcheck", script)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_called_by_its_name(script: Path) -> None:
    assert os.access(script, os.X_OK)


def test_building_opencv_says_how_when_called_without_a_word() -> None:
    done = subprocess.run([ROOT / "deploy/opencv/build.sh"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "build.sh configure" in done.stderr
