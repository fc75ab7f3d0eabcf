"""A person in seven discs, a network that finds them, a warper beside it: PoseWarper without any training."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from service.networks.catalogue import DETECTOR
from service.networks.upper7 import UPPER7
from tests.discs import disc_network
from tests.moving import keypoints
from tests.service.test_upper_body import SIZE, picture, truth
from tests.videos import steady, write_video
from tests.warpers import By, lay

MODEL = "spatial-net"
NEAR = 6.0  # pixels: a heatmap cell


def furnish(folder: Path, models_dir: Path, by: By | None = By.ORACLE) -> Path:
    """Fill a folder of networks: the detector, the finder of discs and, unless None, a warper."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(models_dir / f"{DETECTOR}.onnx", folder)
    (folder / f"{MODEL}.onnx").write_bytes(disc_network())
    if by is not None:
        lay(folder, MODEL, by)
    return folder


def video(path: Path, count: int) -> Path:
    """Her first frames as a file."""
    return write_video(path, (picture(n) for n in range(count)), steady(count, 25))


def labels(*on: int, names: Sequence[str] = UPPER7.joints) -> dict[str, Any]:
    """COCO labels of her joints on some frames."""
    height, width = SIZE
    return {
        "categories": [{"id": 1, "name": "person", "keypoints": list(names)}],
        "images": [{"id": n, "frame_index": n, "width": width, "height": height} for n in on],
        "annotations": [{"image_id": n, "category_id": 1, "keypoints": keypoints(truth(n))} for n in on],
    }
