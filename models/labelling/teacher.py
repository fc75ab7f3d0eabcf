"""A teacher labels a video: the served pipeline, and its answers judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.labelling.verdict import Demands, Verdict, judge
from service.engine import Engine
from service.media.video import open_video
from service.networks.catalogue import find
from service.networks.skeleton import Skeleton
from service.options import Options, Pooling
from service.temporal.grid import HALF_WINDOW
from service.temporal.pose import FramePoses, Pose
from service.video_poses import poses_of_video

NEEDED = ("left_shoulder", "right_shoulder")  # without both a picture is of no use to upper-body networks


@dataclass(frozen=True, slots=True)
class Labelled:
    """One person in one frame.

    Attributes
    ----------
    index
        Of the frame in its video.
    joints
        (K, 2) float32, frame pixels.
    verdicts
        (K,) int8, :class:`~models.labelling.verdict.Verdict`.
    useful
        Whether enough joints are kept to be worth a picture.
    """

    index: int
    joints: NDArray[np.float32]
    verdicts: NDArray[np.int8]
    useful: bool


def teacher_options(model: str) -> Options:
    """The best that the pipeline does: flow-pooled over the whole window, on both sides."""
    return Options(model=model, pooling=Pooling.PARAMETRIC, window=HALF_WINDOW, lookahead=HALF_WINDOW)


def label_video(path: Path, engine: Engine, model: str, demands: Demands, every: int) -> list[Labelled]:
    """Pose and judge the first person in each N-th frame, from the N/2-th on.

    Parameters
    ----------
    path
        The video.
    model
        The teacher's name in the catalogue.
    every
        N.

    Raises
    ------
    Problem
        The video cannot be read to its end, or the model is not here.
    """
    with (
        open_video(path) as video,
        closing(poses_of_video(video, engine, teacher_options(model))) as answers,
    ):
        picture = video.info.width, video.info.height
        frames = list(answers)
    return list(_labels(frames, picture, find(model).skeleton, demands, every))


def _labels(
    frames: Sequence[FramePoses],
    picture: tuple[int, int],
    skeleton: Skeleton,
    demands: Demands,
    every: int,
) -> Iterator[Labelled]:
    needed = [skeleton.index(name) for name in NEEDED]
    for index in range(every // 2, len(frames), every):
        if frames[index].people:
            pose = frames[index].people[0]
            before, after = _same(frames, index - 1, pose), _same(frames, index + 1, pose)
            verdicts = judge(before, pose, after, picture, demands)
            yield Labelled(index, pose.joints, verdicts, bool((verdicts[needed] == Verdict.KEPT).all()))


def _same(frames: Sequence[FramePoses], index: int, pose: Pose) -> Pose | None:
    """The same person in another frame."""
    if not 0 <= index < len(frames):
        return None
    return next((other for other in frames[index].people if other.id == pose.id), None)
