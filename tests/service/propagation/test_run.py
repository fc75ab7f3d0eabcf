from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from service.media.video import open_video
from service.options import FlowMethod
from service.propagation import Labels, Method, Target, labels_of_video, propagator_of
from service.propagation.errors import FrameOutOfRange
from tests.moving import POINTS, picture, place
from tests.videos import steady, write_video


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "turn.mp4", (picture(n) for n in range(8)), steady(8))


def labels(*on: int) -> Labels:
    seen = np.full(len(POINTS), 2, np.uint8)
    return Labels({index: [Target(1, place(index), seen)] for index in on})


def test_a_file_is_answered_frame_by_frame(video: Path) -> None:
    with open_video(video) as opened:
        answers = list(labels_of_video(opened, labels(0, 7), propagator_of(Method.FLOW, FlowMethod.DIS)))
    assert [answer.index for answer in answers] == list(range(8))
    assert [answer.time_s for answer in answers] == pytest.approx(steady(8), abs=1e-4)


def test_a_label_beyond_the_end_is_told_after_the_frames(video: Path) -> None:
    answers = []
    with open_video(video) as opened, pytest.raises(FrameOutOfRange, match="Frame 8"):
        answers.extend(labels_of_video(opened, labels(0, 8), propagator_of(Method.FLOW, FlowMethod.NONE)))
    assert len(answers) == 8


def test_it_stops_when_nobody_wants_it(video: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with open_video(video) as opened:
        still = propagator_of(Method.FLOW, FlowMethod.NONE)
        assert list(labels_of_video(opened, labels(0, 99), still, cancelled)) == []
