"""One real server for the tests of the client, and what to send it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from service.client import FlowPose
from service.media.frame import Image
from tests.running import PATIENCE_S, RunningServer
from tests.videos import jpeg, steady, write_video

COUNT, SIZE = 20, 384  # frames, pixels


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[RunningServer]:
    with RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu") as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> FlowPose:
    return FlowPose(server.url, timeout_s=PATIENCE_S)


@pytest.fixture(scope="session")
def pictures(astronaut: np.ndarray) -> list[Image]:
    """The camera moves past a person, four pixels a picture."""
    return [np.ascontiguousarray(astronaut[:SIZE, 4 * n : 4 * n + SIZE]) for n in range(COUNT)]


@pytest.fixture(scope="session")
def video(pictures: list[Image], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("client") / "walk.mp4", pictures, steady(COUNT))


@pytest.fixture(scope="session")
def portrait(pictures: list[Image], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("client") / "portrait.jpg"
    path.write_bytes(jpeg(pictures[0]))
    return path
