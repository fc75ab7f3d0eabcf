"""The checkers of other projects that the tests of `deploy` call."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run_tool(name: str, *arguments: object, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program that a Python package brought; the test is skipped where it is not installed.

    Parameters
    ----------
    path
        Folder that is searched for programs first.
    """
    program = Path(sys.executable).with_name(name)
    if not program.exists():
        pytest.skip(f"{name} is not installed")
    environment = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}"} if path else None
    command = [program, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
