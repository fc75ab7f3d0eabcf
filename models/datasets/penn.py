"""Penn Action (Zhang, Zhu and Derpanis, ICCV 2013): whole bodies in sports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.datasets.errors import DatasetUnreadable, read_as
from models.datasets.joint_names import AS_NAMED, to_skeleton
from models.datasets.mat_file import read_mat
from models.datasets.sample import Sample
from models.datasets.split import TEST, TRAIN
from service.networks.skeleton import Skeleton

JOINTS = (
    "head",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)
"""The data set's own order, by its README; sides are the person's own."""

EVERY = 5  # frames


def read_penn(folder: Path, skeleton: Skeleton, every: int = EVERY) -> list[Sample]:
    """Read the release ``Penn_Action.tar.gz`` (2,326 sequences).

    Parameters
    ----------
    folder
        Holds ``labels/0001.mat`` ... and ``frames/0001/000001.jpg`` .... Each label file has the variables
        ``x``, ``y`` and ``visibility`` (frames x 13), ``train`` (1 or -1), and others that are not read.
    skeleton
        Whose joints are wanted; those that are not visible are masked.
    every
        Take only each N-th frame.

    Returns
    -------
    A sample's name is its sequence's, after ``train/`` or ``test/`` as the release divides them.

    Raises
    ------
    DatasetUnreadable
        When a file is missing or not of this form.
    """
    labels = sorted((folder / "labels").glob("*.mat"))
    if not labels:
        raise DatasetUnreadable(f"{folder / 'labels'} has no .mat files")
    return [sample for path in labels for sample in _samples(folder, path, skeleton, every)]


def _samples(folder: Path, path: Path, skeleton: Skeleton, every: int) -> Iterator[Sample]:
    """The samples of one sequence."""
    sequence = read_mat(path)
    with read_as(path, "a label file of Penn Action"):
        part = TRAIN if int(sequence["train"]) == 1 else TEST
        joints, known = to_skeleton(_points(sequence), JOINTS, AS_NAMED, skeleton)
    for row in range(0, len(known), every):
        picture = folder / "frames" / path.stem / f"{row + 1:06d}.jpg"
        if not picture.is_file():
            raise DatasetUnreadable(f"{picture} is labelled but missing")
        if known[row].any():
            yield Sample("penn", part + path.stem, picture, joints[row], known[row])


def _points(sequence: dict[str, Any]) -> NDArray[np.float32]:
    """(T, 13, 2) float32, picture pixels; NaN where not visible."""
    x, y, visible = (np.atleast_2d(sequence[name]) for name in ("x", "y", "visibility"))
    if not x.shape == y.shape == visible.shape == (len(x), len(JOINTS)):
        raise ValueError(f"x {x.shape}, y {y.shape}, visibility {visible.shape}: not frames x {len(JOINTS)}")
    points = np.stack([x, y], axis=-1).astype(np.float32)
    return np.where(visible[..., None] > 0, points, np.float32(np.nan))
