"""Video files that several tests of this room read, each built once."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.videos import steady, write_numbered

Copy = Callable[[str], Path]

COUNT = 60
WITH_B_FRAMES = {"bf": "2", "preset": "veryfast", "g": "15"}
AVI_TICK = Fraction(1, 30)
FORMATS: dict[str, dict[str, Any]] = {
    "h264.mp4": {"options": WITH_B_FRAMES},
    "h264.mkv": {"options": WITH_B_FRAMES},
    "h264.ts": {"options": WITH_B_FRAMES},
    "mpeg4.avi": {"codec": "mpeg4", "time_base": AVI_TICK, "options": {"g": "15"}},
    "mjpeg.avi": {"codec": "mjpeg", "time_base": AVI_TICK, "pix_fmt": "yuvj420p"},
    "vp9.webm": {"codec": "libvpx-vp9"},
}


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one healthy numbered video of 60 frames for each of FORMATS."""
    folder = tmp_path_factory.mktemp("originals")
    for name, how in FORMATS.items():
        write_numbered(folder / name, steady(COUNT), **how)
    return folder


@pytest.fixture
def copy(originals: Path, tmp_path: Path) -> Copy:
    """Copies one of the originals, to be broken."""

    def make(name: str) -> Path:
        target = tmp_path / name
        target.write_bytes((originals / name).read_bytes())
        return target

    return make


@pytest.fixture
def no_open_files_left() -> Iterator[None]:
    """Fails the test if it leaves files open."""
    gc.collect()  # what other tests have left closes now, not meanwhile
    before = sorted(os.listdir("/proc/self/fd"))
    yield
    assert sorted(os.listdir("/proc/self/fd")) == before
