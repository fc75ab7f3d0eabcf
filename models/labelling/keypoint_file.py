"""Pictures and ``annotations.json`` in COCO's keypoint format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.datasets.jpeg import to_jpeg
from service.commands.whole_file import OutputImpossible, whole_file
from service.media.frame import Image
from service.networks.skeleton import Skeleton
from service.people.box import box_round

PERSON = 1  # category
LABELLED = 2  # COCO's v of a joint that is labelled; 0 of one that is not


class KeypointFile:
    """A folder that `models.datasets.coco_keypoints` reads, written picture by picture.

    Parameters
    ----------
    folder
        Made if it is not there; may not hold an ``annotations.json`` yet.
    skeleton
        What the joints mean.
    info
        How the labels were made; written into the file.

    Raises
    ------
    OutputImpossible
        There are annotations already, or the folder cannot be made.
    """

    def __init__(self, folder: Path, skeleton: Skeleton, info: dict[str, object]) -> None:
        self._path = folder / "annotations.json"
        if self._path.exists():
            raise OutputImpossible(f"{self._path} is there already")
        self._pictures = folder / "images"
        try:
            self._pictures.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputImpossible(f"{self._pictures}: {error.strerror}") from error
        self._skeleton = skeleton
        self._info = info
        self._images: list[dict[str, Any]] = []
        self._people: list[dict[str, Any]] = []

    def add(self, image: Image, source: str, joints: NDArray[np.float32], kept: NDArray[np.bool_]) -> None:
        """Write one picture with one person.

        Parameters
        ----------
        image
            (H, W, 3) uint8 RGB.
        source
            The video it is from; becomes the samples' name.
        joints, kept
            (K, 2) float32, pixels of the picture, and (K,) bool: which of them are labels, one at least.
        """
        number = len(self._images) + 1
        name = f"{number:06d}.jpg"
        (self._pictures / name).write_bytes(to_jpeg(image))
        height, width = image.shape[:2]
        self._images.append(
            {"id": number, "file_name": name, "width": width, "height": height, "source": source}
        )
        self._people.append(_person(number, joints, kept))

    def save(self) -> None:
        """Write ``annotations.json``, whole or not at all."""
        edges = [[a + 1, b + 1] for a, b in self._skeleton.edges]  # COCO counts from 1
        category = {"id": PERSON, "name": "person", "keypoints": self._skeleton.joints, "skeleton": edges}
        data = {
            "info": self._info,
            "images": self._images,
            "annotations": self._people,
            "categories": [category],
        }
        with whole_file(self._path) as unfinished:
            unfinished.write_text(json.dumps(data), encoding="utf-8")


def _person(number: int, joints: NDArray[np.float32], kept: NDArray[np.bool_]) -> dict[str, Any]:
    rows = [
        (round(float(x), 1), round(float(y), 1), LABELLED) if known else (0, 0, 0)
        for (x, y), known in zip(joints, kept, strict=True)
    ]
    return {
        "id": number,
        "image_id": number,
        "category_id": PERSON,
        "keypoints": [value for row in rows for value in row],
        "num_keypoints": int(kept.sum()),
        "bbox": [round(value, 1) for value in box_round(joints[kept])],
        "iscrowd": 0,
    }
