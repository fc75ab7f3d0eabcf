"""What every part of the tests stands on: the real networks and a real person."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import skimage.data

from service.engine import Engine
from service.settings import Settings

NEEDED = ("blazepose-full", "person-detector")


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
