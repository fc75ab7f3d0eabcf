"""A small JHMDB, written on the spot: one clip of a person for each tier."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.datasets.jhmdb import JOINTS
from tests.videos import steady, write_video

FRAMES = 6
STEP = 2  # pixels to the right from frame to frame

# As placed by hand on the first picture; what is not in view is given outside it, as JHMDB does.
IN_VIEW = {"face": (145, 55), "neck": (142, 82), "right_shoulder": (92, 108), "left_shoulder": (190, 115)}
OUT_OF_VIEW = (160, 300)


@pytest.fixture
def jhmdb(tmp_path: Path, astronaut: np.ndarray) -> Path:
    """The folder with joints.json and clips."""
    folder = tmp_path / "jhmdb"
    (folder / "clips").mkdir(parents=True)
    first = np.array([IN_VIEW.get(name, OUT_OF_VIEW) for name in JOINTS], float)
    joints = [(first + np.array([STEP * index, 0])).tolist() for index in range(FRAMES)]
    clips = {}
    for name, tier in (("001_wave.mp4", "A"), ("000_walk.mp4", "B")):
        images = (_picture(astronaut, STEP * index) for index in range(FRAMES))
        write_video(folder / "clips" / name, images, steady(FRAMES, 25))
        clips[name] = {"action": name[4:-4], "tier": tier, "joints": joints, "frames": FRAMES}
    head = {"joint_names": JOINTS, "width": 320, "height": 240, "fps": 25}
    (folder / "joints.json").write_text(json.dumps(head | {"clips": clips}))
    return folder


def _picture(astronaut: np.ndarray, shift: int) -> np.ndarray:
    picture = np.full((240, 320, 3), 128, np.uint8)
    picture[:, 40 + shift : 280 + shift] = cv2.resize(astronaut, (240, 240), interpolation=cv2.INTER_AREA)
    return picture
