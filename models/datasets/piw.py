"""Poses in the Wild (Cherian et al., CVPR 2014): sequences from films with labelled arms."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.datasets.errors import DatasetUnreadable, read_as
from models.datasets.joint_names import AS_NAMED, to_skeleton
from models.datasets.mat_file import read_structs
from models.datasets.sample import Sample
from models.datasets.sides import own_sides
from models.datasets.split import TEST
from service.networks.skeleton import Skeleton

JOINTS = (
    "neck",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
    "torso",
)
"""The data set's own order; ``neck`` is at the chin."""


def read_piw(folder: Path, skeleton: Skeleton) -> list[Sample]:
    """Read the release ``poses_in_the_wild_public.tar.gz`` (830 frames of 30 sequences).

    Parameters
    ----------
    folder
        Holds ``poses_in_the_wild_data.mat`` and the pictures that it names, ``.../selected_seqs/seqN/*.png``.
        The struct array ``piw_data`` has the fields ``im``, ``point`` (8 x 2, pixels counted from 1, -1 where
        not visible) and ``visible`` (8).
    skeleton
        Whose joints are wanted. There is no centre of the head in these labels: it is masked.

    Returns
    -------
    A sample's name is ``test/`` and its sequence: the papers only measure with it.

    Raises
    ------
    DatasetUnreadable
        When a file is missing or not of this form.
    """
    path = folder / "poses_in_the_wild_data.mat"
    frames = read_structs(path, "piw_data")
    with read_as(path, "the label file of Poses in the Wild"):
        points = own_sides(np.stack([_points(frame) for frame in frames]), JOINTS)
        joints, known = to_skeleton(points, JOINTS, AS_NAMED, skeleton)
        rows = zip(frames, joints, known, strict=True)
        return [_sample(folder, str(frame["im"]), *row) for frame, *row in rows if row[1].any()]


def _points(frame: dict[str, Any]) -> NDArray[np.float32]:
    """(8, 2) float32, picture pixels counted from 0; NaN where not visible."""
    points = np.asarray(frame["point"], np.float32)
    visible = np.asarray(frame["visible"], bool)
    if points.shape != (len(JOINTS), 2) or visible.shape != (len(JOINTS),):
        raise ValueError(f"point {points.shape} and visible {visible.shape}, not of {len(JOINTS)} joints")
    return np.where((visible & (points > 0).all(axis=1))[:, None], points - 1, np.float32(np.nan))


def _sample(folder: Path, name: str, joints: NDArray[np.float32], known: NDArray[np.bool_]) -> Sample:
    picture = folder / name.lstrip("/")
    if not picture.is_file():
        raise DatasetUnreadable(f"{picture} is labelled but missing")
    return Sample("piw", TEST + PurePosixPath(name).parent.name, picture, joints, known)
