from __future__ import annotations

import numpy as np
import pytest

from service.propagation import Labels, Target
from service.propagation.errors import NoLabels, TrackTwice


def target(track: object = 1, visibility: int = 2) -> Target:
    points = np.array([[10, 20], [30, 60]], np.float32)
    return Target(track, points, np.array([visibility, 0], np.uint8))


def test_frames_without_targets_are_not_labelled() -> None:
    labels = Labels({9: [target()], 2: [target()], 5: []})
    assert labels.frames == (2, 9)
    assert labels.at(5) == ()
    assert [labels.after(frame) for frame in (0, 2, 8, 9)] == [2, 9, 9, None]


def test_labels_without_a_labelled_point_are_none() -> None:
    with pytest.raises(NoLabels):
        Labels({})
    with pytest.raises(NoLabels):
        Labels({0: [target(visibility=0)]})


def test_a_track_is_on_a_frame_once() -> None:
    with pytest.raises(TrackTwice, match="Frame 4"):
        Labels({4: [target("left"), target("right"), target("left")]})


def test_the_box_is_round_what_is_labelled() -> None:
    assert target().box == (10, 20, 0, 0)
    assert target(visibility=0).box is None
