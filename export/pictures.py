"""Pictures as networks see them, to measure and to calibrate with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from export.errors import NoPictures
from service.media.image import read_image
from service.people.crop import Crop

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


def read_pictures(folder: Path, most: int) -> list[NDArray[np.float32]]:
    """Read a folder's pictures, each letterboxed to the input's size.

    Parameters
    ----------
    folder
        Looked through with all folders in it. Pictures of one person who fills them are like the crops that
        the service cuts.
    most
        How many are enough; they are taken evenly from all there are, in the order of their names.

    Returns
    -------
    (3, 256, 256) float32 RGB in [0, 1] each.

    Raises
    ------
    NoPictures
        There are none.
    Problem
        One of them cannot be read.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise NoPictures(f"{folder} has no {', '.join(SUFFIXES)} files")
    return [_input(path) for path in paths[:: -(-len(paths) // most)]]


def _input(path: Path) -> NDArray[np.float32]:
    image = read_image(path.read_bytes())
    square = Crop.whole(image.shape[1], image.shape[0]).cut(image)
    return np.ascontiguousarray(square.transpose(2, 0, 1), np.float32) / np.float32(255)
