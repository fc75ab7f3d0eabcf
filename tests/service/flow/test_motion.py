from __future__ import annotations

import numpy as np

from service.flow.motion import Motion

FRAMES = [np.full((240, 320, 3), n, np.uint8) for n in range(5)]


class Recorder:
    """An estimator that keeps what it is shown and says that nothing moves."""

    def __init__(self) -> None:
        self.shown: list[tuple[np.ndarray, np.ndarray]] = []

    def __call__(self, source: np.ndarray, target: np.ndarray) -> np.ndarray:
        self.shown.append((source, target))
        return np.zeros((*source.shape, 2), np.float32)


def test_each_pair_is_estimated_both_ways_on_one_view() -> None:
    recorder = Recorder()
    pair = Motion(recorder).between(0, FRAMES[0], FRAMES[1], [(100, 50, 80, 150)])
    (a, b), (c, d) = recorder.shown
    assert a is d
    assert b is c
    assert (a[0, 0], b[0, 0]) == (0, 1)
    assert pair.forward.shape == pair.backward.shape == (*a.shape, 2)


def test_a_frame_seen_once_is_not_seen_again_while_the_view_serves() -> None:
    recorder = Recorder()
    motion = Motion(recorder)
    box = [(100.0, 50.0, 80.0, 150.0)]
    first = motion.between(0, FRAMES[0], FRAMES[1], box)
    second = motion.between(1, FRAMES[1], FRAMES[2], box)
    assert recorder.shown[2][0] is recorder.shown[0][1]
    np.testing.assert_array_equal(first.to_flow, second.to_flow)


def test_after_a_gap_the_source_is_seen_afresh() -> None:
    recorder = Recorder()
    motion = Motion(recorder)
    box = [(100.0, 50.0, 80.0, 150.0)]
    motion.between(0, FRAMES[0], FRAMES[1], box)
    motion.between(3, FRAMES[3], FRAMES[4], box)
    assert recorder.shown[2][0][0, 0] == 3


def test_a_new_view_shows_both_pictures_anew() -> None:
    recorder = Recorder()
    motion = Motion(recorder)
    first = motion.between(0, FRAMES[0], FRAMES[1], [(100, 50, 80, 150)])
    second = motion.between(1, FRAMES[1], FRAMES[2], [(10, 10, 40, 60)])
    assert recorder.shown[2][0].shape == recorder.shown[2][1].shape
    assert not np.array_equal(first.to_flow, second.to_flow)
