from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import cv2
import pytest

from service.commands.camera import CameraUnavailable, shots_of, shots_of_capture
from service.media.limits import MediaLimits
from tests.videos import corners, number_of, steady, write_numbered

COUNT, RATE = 10, 20


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("camera") / "numbered.mp4"
    return write_numbered(path, steady(COUNT, RATE, start_s=3.0), rate=RATE)


def test_a_file_gives_its_pictures_no_sooner_than_their_times(video: Path) -> None:
    began = time.monotonic()
    for n, shot in enumerate(shots_of(str(video), MediaLimits())):
        assert time.monotonic() >= shot.taken >= began + n / RATE - 1e-3
        assert shot.number == number_of(shot.image) == n
        assert shot.time_s == pytest.approx(n / RATE, abs=1e-4)
    assert n == COUNT - 1


def test_a_camera_gives_rgb_and_the_time_at_which_it_was_read(video: Path) -> None:
    shots, problem = [], None
    try:
        for shot in shots_of_capture(cv2.VideoCapture(str(video)), "Camera 7"):
            shots.append(shot)
    except CameraUnavailable as caught:
        problem = caught
    assert problem is not None
    assert problem.detail == f"Camera 7 stopped after {COUNT} pictures."
    assert [number_of(shot.image) for shot in shots] == list(range(COUNT))
    assert corners(shots[0].image) == ("red", "green", "blue", "white")
    assert shots[0].time_s == 0.0
    assert all(one.time_s < other.time_s for one, other in pairwise(shots))


def test_closing_lets_go_of_the_camera(video: Path) -> None:
    capture = cv2.VideoCapture(str(video))
    shots = shots_of_capture(capture, "Camera 7")
    next(shots)
    shots.close()
    assert not capture.isOpened()


def test_a_camera_that_is_not_there_is_named() -> None:
    with pytest.raises(CameraUnavailable, match="Camera 97 cannot be opened"):
        next(shots_of("97", MediaLimits()))
    with pytest.raises(CameraUnavailable, match=r"'none\.mp4' is neither"):
        shots_of("none.mp4", MediaLimits())
