"""A video whose answers are known, and workers that come to grief."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from service.engine import Engine
from service.errors import Problem
from service.media.limits import MediaLimits
from service.media.reader import HERE
from service.options import Options
from service.split.crew import Crew, Hire
from service.split.split import Split
from service.split.task import Order, Result, Task
from service.split.work import Bench
from service.temporal.pose import FramePoses
from service.video_poses import poses_of_video
from tests.videos import steady, write_video

FRAMES = 100
RENEW = 20  # frames; also the length of a segment here
BLURRED = range(38, 43)  # frames round the second anchor, in which nobody can be detected
CUT = 68  # a new scene between an anchor and the hand-over to the segment that begins there
LIMITS = MediaLimits()
OPTIONS = Options(renew=RENEW, window=3, lookahead=3)


@pytest.fixture(scope="session")
def long_video(tmp_path_factory: pytest.TempPathFactory, astronaut: np.ndarray) -> Path:
    """A person past whom the camera moves, blurred for a moment, which a track survives; then a cut."""

    def picture(n: int) -> np.ndarray:
        image = np.ascontiguousarray(astronaut[:240, 2 * n : 2 * n + 240])
        if n >= CUT:
            image = np.ascontiguousarray(image[:, ::-1, ::-1])
        return cv2.GaussianBlur(image, (0, 0), 14) if n in BLURRED else image

    path = tmp_path_factory.mktemp("split") / "person.mp4"
    options = {"g": "15", "bf": "2", "preset": "veryfast"}
    return write_video(path, (picture(n) for n in range(FRAMES)), steady(FRAMES, 25), options=options)


@pytest.fixture(scope="session")
def alone(long_video: Path, models_dir: Path) -> list[FramePoses]:
    """What one process answers about it."""
    with Engine(models_dir, threads=1) as engine, HERE.open_video(long_video, LIMITS) as video:
        return list(poses_of_video(video, engine, OPTIONS))


def order_of(video: Path | str, options: Options = OPTIONS) -> Order:
    return Order(str(video), options, LIMITS, trusted=True, threads=1)


@contextmanager
def crew_on(video: Path, hire: Hire, workers: int = 2, segment: int = RENEW) -> Iterator[Split]:
    """A video in the hands of workers hired so."""
    with Crew(hire, workers) as crew:
        yield Split(crew, order_of(video), video, HERE, segment)


def assert_same(ours: list[FramePoses], theirs: list[FramePoses]) -> None:
    """The same frames, people, ids and joints, to a hundredth of a pixel."""
    assert [(each.index, each.time_s, each.pooled) for each in ours] == [
        (each.index, each.time_s, each.pooled) for each in theirs
    ]
    for one, other in zip(ours, theirs, strict=True):
        assert [person.id for person in one.people] == [person.id for person in other.people], one.index
        for person, same in zip(one.people, other.people, strict=True):
            np.testing.assert_allclose(person.joints, same.joints, rtol=0, atol=0.01)
            np.testing.assert_allclose(person.scores, same.scores, rtol=0, atol=0.001)


def given(source: Iterable[FramePoses]) -> tuple[list[FramePoses], Problem | None]:
    """All answers, and what ended them early."""
    answers = []
    try:
        for answer in source:
            answers.append(answer)
    except Problem as problem:
        return answers, problem
    return answers, None


class Hungry(Bench):
    """Needs more memory than there is."""

    def work(self, task: Task) -> Result:
        np.empty(1 << 60, np.uint8)
        return super().work(task)
