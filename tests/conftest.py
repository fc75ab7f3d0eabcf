"""What every part of the tests stands on: the real networks and a real person."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import skimage.data

from service.engine import Engine
from service.settings import Settings
from tests.cards import missing

NEEDED = ("blazepose-full", "person-detector")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "gpu(*what): needs a card for `network` or `flow`, see tests/cards.py")
    # Or servers of the tests would work on the jobs of this machine's service.
    jobs = tempfile.TemporaryDirectory(prefix="flowpose-jobs-")
    config.add_cleanup(jobs.cleanup)
    os.environ["FLOWPOSE_JOBS_DIR"] = jobs.name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need a card are skipped where there is none; the summary counts them, with the reason."""
    for item in items:
        for what in {what for marker in item.iter_markers("gpu") for what in marker.args}:
            reason = missing(what)
            if reason is not None:
                item.add_marker(pytest.mark.skip(reason=f"no card for {what}: {reason}"))


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The folder of ONNX files, filled as the README says when it is empty."""
    folder = Settings().models_dir
    command = [sys.executable, "-m", "export", "pull", *NEEDED, "--to", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def engine(models_dir: Path) -> Iterator[Engine]:
    with Engine(models_dir) as engine:
        yield engine


@pytest.fixture(scope="session")
def astronaut() -> np.ndarray:
    """(512, 512, 3) uint8 RGB: a person from the head to the hips."""
    picture: np.ndarray = skimage.data.astronaut()
    return picture
