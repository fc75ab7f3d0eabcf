"""BBC Pose and Extended BBC Pose (Charles et al., BMVC 2013; Pfister et al., ACCV 2014): signers on TV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.datasets.errors import DatasetUnreadable, read_as
from models.datasets.joint_names import AS_NAMED, to_skeleton
from models.datasets.mat_file import read_structs
from models.datasets.sample import Sample
from models.datasets.sides import own_sides
from models.datasets.split import TEST, TRAIN
from service.networks.skeleton import Skeleton

JOINTS = (
    "head",
    "right_wrist",
    "left_wrist",
    "right_elbow",
    "left_elbow",
    "right_shoulder",
    "left_shoulder",
)
"""The data set's own order, which is the papers'."""

EVERY = 25  # frames: one picture a second of the training videos


def read_bbcpose(folder: Path, skeleton: Skeleton, every: int = EVERY) -> list[Sample]:
    """Read the release with all 92 videos in one ``bbcpose.mat``.

    Parameters
    ----------
    folder
        Holds ``bbcpose.mat`` and, for each video that was unpacked, its frames: ``1/123.jpg`` is frame 123
        of the first video. Videos 1-20 are BBC Pose, 21-92 the extension. The 1 x 92 struct array ``bbcpose``
        has the fields ``type`` (train, val, test), ``train_frames``, ``train_joints`` (2 x 7 x N, labelled by
        a tracker), ``test_frames`` and ``test_joints`` (by hand); pixels are counted from 1.
    skeleton
        Whose joints are wanted.
    every
        Take only each N-th labelled frame of the training videos, which have thousands an hour.

    Returns
    -------
    Training videos with the tracker's labels, the others with those made by hand. A sample's name is the
    number of its video after ``train/`` or ``test/``; the release's val counts as test.

    Raises
    ------
    DatasetUnreadable
        When a file is missing or not of this form, or no video was unpacked.
    """
    path = folder / "bbcpose.mat"
    videos = read_structs(path, "bbcpose")
    with read_as(path, "BBC Pose's bbcpose.mat"):
        samples = [
            sample
            for number, video in enumerate(videos, 1)
            if (folder / str(number)).is_dir()
            for sample in _samples(folder / str(number), video, skeleton, every)
        ]
    if not samples:
        raise DatasetUnreadable(f"{folder} has no labelled frames beside bbcpose.mat")
    return samples


def _samples(frames: Path, video: dict[str, Any], skeleton: Skeleton, every: int) -> Iterator[Sample]:
    """The samples of one video."""
    part, kind, step = (TRAIN, "train", every) if video["type"] == "train" else (TEST, "test", 1)
    numbers = np.atleast_1d(video[f"{kind}_frames"]).astype(int)
    points = own_sides(_points(video[f"{kind}_joints"], len(numbers)), JOINTS)
    joints, known = to_skeleton(points, JOINTS, AS_NAMED, skeleton)
    for row in range(0, len(numbers), step):
        picture = frames / f"{numbers[row]}.jpg"
        if not picture.is_file():
            raise DatasetUnreadable(f"{picture} is labelled but missing")
        yield Sample("bbcpose", part + frames.name, picture, joints[row], known[row])


def _points(joints: object, frames: int) -> NDArray[np.float32]:
    """(N, 7, 2) float32, picture pixels counted from 0; NaN where there is no label."""
    array = np.asarray(joints, np.float32)
    if frames == 1 and array.ndim == 2:
        array = array[..., None]
    if frames and array.shape != (2, len(JOINTS), frames):
        raise ValueError(f"joints of the shape {array.shape}, not (2, {len(JOINTS)}, {frames})")
    points = array.reshape(2, len(JOINTS), frames).transpose(2, 1, 0)
    return np.where((points > 0).all(axis=-1, keepdims=True), points - 1, np.float32(np.nan))
