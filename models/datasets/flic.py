"""FLIC (Sapp and Taskar, CVPR 2013): frames of films with labelled upper bodies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.datasets.errors import DatasetUnreadable, read_as
from models.datasets.joint_names import FLIC, to_skeleton
from models.datasets.mat_file import read_structs
from models.datasets.sample import Sample
from models.datasets.sides import own_sides
from models.datasets.split import TEST, TRAIN
from service.networks.skeleton import Skeleton

COLUMNS: Mapping[str, int] = MappingProxyType(
    {
        "left_shoulder": 0,
        "left_elbow": 1,
        "left_wrist": 2,
        "right_shoulder": 3,
        "right_elbow": 4,
        "right_wrist": 5,
        "left_hip": 6,
        "right_hip": 9,
        "left_eye": 12,
        "right_eye": 13,
        "nose": 16,
    }
)
"""Columns of ``coords`` that are ever labelled; the other 18 are NaN in every example."""

POINTS = 29  # columns of ``coords``


def read_flic(folder: Path, skeleton: Skeleton) -> list[Sample]:
    """Read the release ``FLIC.zip`` (5,003 examples) or ``FLIC-full.zip`` (20,928).

    Parameters
    ----------
    folder
        Holds ``examples.mat`` and ``images``. The struct array ``examples`` has the fields ``coords``
        (2 x 29, pixels counted from 1), ``filepath``, ``moviename`` and ``istest``, and others that are not
        read.
    skeleton
        Whose joints are wanted; the head is the mean of nose and eyes.

    Returns
    -------
    A sample's name is its film's, after ``test/`` or ``train/`` as the release divides them.

    Raises
    ------
    DatasetUnreadable
        When a file is missing or not of this form.
    """
    path = folder / "examples.mat"
    examples = read_structs(path, "examples")
    with read_as(path, "FLIC's examples.mat"):
        points = own_sides(np.stack([_points(example) for example in examples]), tuple(COLUMNS))
        joints, known = to_skeleton(points, tuple(COLUMNS), FLIC, skeleton)
        rows = zip(examples, joints, known, strict=True)
        return [_sample(folder, example, *row) for example, *row in rows if row[1].any()]


def _points(example: dict[str, Any]) -> NDArray[np.float32]:
    """(11, 2) float32, picture pixels counted from 0."""
    coords = np.asarray(example["coords"], np.float32)
    if coords.shape != (2, POINTS):
        raise ValueError(f"coords of the shape {coords.shape}, not (2, {POINTS})")
    return coords.T[list(COLUMNS.values())] - 1


def _sample(
    folder: Path, example: dict[str, Any], joints: NDArray[np.float32], known: NDArray[np.bool_]
) -> Sample:
    picture = folder / "images" / str(example["filepath"])
    if not picture.is_file():
        raise DatasetUnreadable(f"{picture} is labelled but missing")
    part = TEST if example["istest"] else TRAIN
    return Sample("flic", part + str(example["moviename"]), picture, joints, known)
