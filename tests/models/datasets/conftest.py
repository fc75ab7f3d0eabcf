"""Pictures that label files name, and people whose joints are easy to tell apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

WritePicture = Callable[..., Path]


@pytest.fixture
def write_picture() -> WritePicture:
    def write(path: Path, size: tuple[int, int] = (64, 48)) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), np.full((size[1], size[0], 3), 90, np.uint8))
        return path

    return write
