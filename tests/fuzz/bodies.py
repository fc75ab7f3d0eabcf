"""Small true files for fuzzers to begin with."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np

from tests.videos import jpeg, numbered, steady, write_audio, write_bomb, write_numbered, write_without_frames

FEW = 3  # frames
TICK = Fraction(1, 30)  # seconds; the MPEG-4 encoder takes no small ones
SIZE = (64, 48)  # width, height
KINDS = (  # suffix and codec; one for each container, and most codecs
    *((".mp4", "libx264"), (".mkv", "libx265"), (".webm", "libvpx-vp9"), (".avi", "mpeg4")),
    *((".ts", "libx264"), (".mov", "libx264"), (".mkv", "libsvtav1")),
)
JPEG = jpeg(np.ascontiguousarray(numbered(1)))


def write_videos(folder: Path) -> list[bytes]:
    """A few frames in each container."""
    paths = [
        write_numbered(folder / f"{n}{suffix}", steady(FEW), size=SIZE, codec=codec, time_base=TICK)
        for n, (suffix, codec) in enumerate(KINDS)
    ]
    return [path.read_bytes() for path in paths]


def write_strange(folder: Path) -> list[bytes]:
    """Whole files that are not what a video service hopes for."""
    paths = (
        write_audio(folder / "sound.mp4"),
        write_without_frames(folder / "empty.avi"),
        write_bomb(folder / "bomb.mp4", width=4096, height=2304),
    )
    return [path.read_bytes() for path in paths]


def labels() -> bytes:
    """Labels of one frame, for propagation."""
    document = {
        "categories": [{"id": 1, "name": "racket", "keypoints": ["grip", "tip"]}],
        "images": [{"id": 1, "frame_index": 0, "width": SIZE[0], "height": SIZE[1]}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "keypoints": [10, 10, 2, 30, 20, 2]}],
    }
    return json.dumps(document).encode()
