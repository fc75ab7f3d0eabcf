from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from service.jobs.job import Order
from service.jobs.work import LIMITS, OPTIONS
from service.media.limits import MediaLimits
from service.options import Options
from tests.videos import steady, write_video

FRAMES = 40


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory, astronaut: np.ndarray) -> Path:
    """A person past whom the camera moves."""
    path = tmp_path_factory.mktemp("clip") / "person.mp4"
    pictures = (np.ascontiguousarray(astronaut[:240, 2 * n : 2 * n + 240]) for n in range(FRAMES))
    return write_video(path, pictures, steady(FRAMES, 25))


@pytest.fixture
def order() -> Order:
    """For the default network, with a small window."""
    options = OPTIONS.dump_json(Options(window=3, lookahead=3)).decode()
    return Order(options, LIMITS.dump_json(MediaLimits()).decode())
