"""JHMDB as single pictures, for networks that see one frame at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import JOINTS, Clip, read_clips
from models.datasets.joint_names import JHMDB, to_skeleton
from models.datasets.jpeg import to_jpeg
from models.datasets.sample import Sample
from service.media.video import open_video
from service.networks.skeleton import Skeleton

EVERY = 5  # frames: at 25 a second the ones between look the same


def read_jhmdb(folder: Path, skeleton: Skeleton) -> list[Sample]:
    """Read every fifth frame of every clip, as JPEG in memory (about 20 kB each).

    Parameters
    ----------
    folder
        As in :func:`models.datasets.jhmdb.read_clips`.
    skeleton
        Whose joints are wanted. Those that JHMDB has not, and those outside the picture, where its labels
        are guesses, are masked.

    Returns
    -------
    A sample's name is its clip's.

    Raises
    ------
    DatasetUnreadable
        See `read_clips`; also when a clip has not as many frames as labels.
    Problem
        When a clip cannot be decoded.
    """
    return [sample for clip in read_clips(folder) for sample in _samples(clip, skeleton)]


def _samples(clip: Clip, skeleton: Skeleton) -> Iterator[Sample]:
    points = np.where(clip.valid[..., None], clip.joints, np.float32(np.nan))
    joints, known = to_skeleton(points, JOINTS, JHMDB, skeleton)
    count = 0
    with open_video(clip.video) as video:
        for index, frame in enumerate(video):
            count += 1
            if index % EVERY == 0 and index < len(known) and known[index].any():
                yield Sample("jhmdb", clip.name, to_jpeg(frame.image), joints[index], known[index])
    if count != len(known):
        raise DatasetUnreadable(f"{clip.name} has {count} frames and labels for {len(known)}")
