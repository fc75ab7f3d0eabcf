"""ChaLearn multi-modal gestures (Escalera et al., ICMI 2013 and ECCVW 2014): people before a Kinect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.datasets.errors import DatasetUnreadable, read_as
from models.datasets.joint_names import AS_NAMED, to_skeleton
from models.datasets.jpeg import to_jpeg
from models.datasets.mat_file import read_mat
from models.datasets.sample import Sample
from models.datasets.sides import own_sides
from service.media.video import open_video
from service.networks.skeleton import Skeleton

KINECT = (
    "HipCenter",
    "Spine",
    "ShoulderCenter",
    "Head",
    "ShoulderLeft",
    "ElbowLeft",
    "WristLeft",
    "HandLeft",
    "ShoulderRight",
    "ElbowRight",
    "WristRight",
    "HandRight",
    "HipLeft",
    "KneeLeft",
    "AnkleLeft",
    "FootLeft",
    "HipRight",
    "KneeRight",
    "AnkleRight",
    "FootRight",
)
"""The sensor's own order and names."""

COLUMNS = 9  # of a joint in a skeleton.csv: position in space (3), rotation (4), pixel (2)
EVERY = 100  # frames: one picture in five seconds of the 23 hours


def joint_name(kinect: str) -> str:
    """``left_shoulder`` for ``ShoulderLeft``; ``head`` for ``Head``."""
    for side in ("Left", "Right"):
        if kinect.endswith(side):
            return f"{side.lower()}_{kinect.removesuffix(side).lower()}"
    return kinect.lower()


JOINTS = tuple(joint_name(name) for name in KINECT)


def read_chalearn(folder: Path, skeleton: Skeleton, every: int = EVERY) -> list[Sample]:
    """Read unpacked samples of the challenges of 2013 (the papers') and 2014, as JPEG in memory.

    Parameters
    ----------
    folder
        Holds, at any depth, ``NAME_color.mp4`` and beside each its labels. 2013: ``NAME_data.mat`` with the
        struct ``Video``, whose ``Frames.Skeleton`` has ``JointType`` (20 names) and ``PixelPosition``
        (20 x 2). 2014: ``NAME_skeleton.csv``, a line a frame, nine numbers a joint, the pixel last.
    skeleton
        Whose joints are wanted. In frames without a tracked person, where all is 0, nothing is known.
    every
        Take only each N-th frame.

    Returns
    -------
    A sample's name is ``NAME``. The labels are the sensor's own and noisy (Flowing ConvNets, section 4).

    Raises
    ------
    DatasetUnreadable
        When there are no such files, or labels are missing or of another form.
    """
    videos = sorted(folder.rglob("*_color.mp4"))
    if not videos:
        raise DatasetUnreadable(f"{folder} has no *_color.mp4")
    return [sample for video in videos for sample in _samples(video, skeleton, every)]


def _samples(video: Path, skeleton: Skeleton, every: int) -> Iterator[Sample]:
    """The samples of one recording."""
    name = video.name.removesuffix("_color.mp4")
    points = _tracked(_pixels(video.parent, name))
    joints, known = to_skeleton(own_sides(points, JOINTS), JOINTS, AS_NAMED, skeleton)
    with open_video(video) as frames:
        for index, frame in enumerate(frames):
            if index % every == 0 and index < len(known) and known[index].any():
                yield Sample("chalearn", name, to_jpeg(frame.image), joints[index], known[index])


def _tracked(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """NaN for what the sensor did not see."""
    return np.where((pixels != 0).any(axis=-1, keepdims=True), pixels, np.float32(np.nan))


def _pixels(folder: Path, name: str) -> NDArray[np.float32]:
    """(T, 20, 2) float32, colour picture's pixels, in the order of :data:`KINECT`; 0 where not tracked."""
    table, mat = folder / f"{name}_skeleton.csv", folder / f"{name}_data.mat"
    if table.is_file():
        with read_as(table, "a skeleton.csv of ChaLearn 2014"):
            rows = np.loadtxt(table, np.float32, delimiter=",", ndmin=2)
            return rows.reshape(len(rows), len(KINECT), COLUMNS)[..., -2:]
    video = read_mat(mat)
    with read_as(mat, "a data.mat of ChaLearn 2013"):
        frames = np.atleast_1d(np.asarray(video["Video"]["Frames"], object))
        return np.stack([_pixels_2013(frame["Skeleton"]) for frame in frames])


def _pixels_2013(skeleton: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """(20, 2) of one frame; zeros when nobody was tracked and the struct holds no names."""
    names = np.atleast_1d(skeleton["JointType"]).tolist()
    if len(names) < len(KINECT):
        return np.zeros((len(KINECT), 2), np.float32)
    order = [names.index(name) for name in KINECT]
    return np.asarray(skeleton["PixelPosition"], np.float32)[order]
