"""One real server for all tests of this folder, and videos to send it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from tests.running import RunningServer, pulled_networks
from tests.videos import steady, write_numbered, write_video

FEW, MANY = 8, 900  # frames


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    pulled_networks()
    settings = {
        "max_videos": 1,
        "max_upload_bytes": 4_000_000,
        "max_picture_bytes": 2_000_000,
        "device": "cpu",
    }
    with RunningServer(tmp_path_factory.mktemp("uploads"), **settings) as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    """A client; the test fails if the server keeps an upload."""
    yield server.client
    assert server.uploads() == []


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("videos")


@pytest.fixture(scope="session")
def small(folder: Path) -> Path:
    """A few small frames with nobody in them."""
    return write_numbered(folder / "small.mp4", steady(FEW))


@pytest.fixture(scope="session")
def long(folder: Path) -> Path:
    """Takes minutes with a slow flow method."""
    return write_video(folder / "long.mp4", _astronaut(MANY, 320), steady(MANY))


@pytest.fixture(scope="session")
def person(folder: Path) -> Path:
    """A real person, past whom the camera moves slowly."""
    return write_video(folder / "person.mp4", _astronaut(20, 480), steady(20, rate=25, start_s=0.4))


def _astronaut(count: int, size: int) -> Iterator[NDArray[np.uint8]]:
    picture: NDArray[np.uint8] = data.astronaut()
    room = 512 - size
    for index in range(count):
        x = abs((index + room) % (2 * room) - room)
        yield np.ascontiguousarray(picture[:size, x : x + size])
