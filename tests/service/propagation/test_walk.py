from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from service.flow import ESTIMATORS
from service.flow.motion import Motion
from service.media.errors import VideoDamaged
from service.media.frame import Frame
from service.options import FlowMethod
from service.propagation import CarriedFrame, Labels, Target
from service.propagation.blend import blend, nearest
from service.propagation.still import Still
from service.propagation.walk import Walk
from tests.moving import POINTS, SIZE, frames, place

REDDISH = np.array([150, 0, 0], np.uint8)
EVERYTHING_SEEN = np.full(len(POINTS), 2, np.uint8)


def labels(*on: int, track: object = 1) -> Labels:
    return Labels({index: [Target(track, place(index), EVERYTHING_SEEN)] for index in on})


def by(flow: FlowMethod, **options: int) -> Walk:
    return Walk(Motion(ESTIMATORS[flow]()), blend, **options)  # type: ignore[arg-type]


def errors(answers: Iterable[CarriedFrame]) -> list[float]:
    """Largest error of each frame, pixels."""
    return [
        float(np.linalg.norm(answer.objects[0].points - place(answer.index), axis=1).max())
        for answer in answers
    ]


@pytest.mark.parametrize("flow", [FlowMethod.DIS, FlowMethod.FARNEBACK])
def test_a_known_motion_is_followed_to_less_than_a_pixel(flow: FlowMethod) -> None:
    answers = list(by(flow)(frames(15), labels(0, 7, 14)))
    assert [answer.index for answer in answers] == list(range(15))
    assert [answer.labelled for answer in answers] == [index % 7 == 0 for index in range(15)]
    assert max(errors(answers)) < 1.0
    assert all(answer.objects[0].score > 0.7 for answer in answers)


@pytest.mark.parametrize("flow", [FlowMethod.DEEPFLOW, FlowMethod.TVL1])
def test_slow_flow_follows_too(flow: FlowMethod) -> None:
    walk = Walk(Motion(ESTIMATORS[flow](), size=80), blend)
    assert max(errors(walk(frames(4), labels(0, 3)))) < 1.0


def test_a_straight_line_would_not_do() -> None:
    far = labels(0, 21)
    line = max(errors(Walk(Still(), blend)(frames(22), far)))
    flown = max(errors(by(FlowMethod.DIS)(frames(22), far)))
    assert flown < 1.5 < line


def test_labels_go_before_the_first_and_beyond_the_last() -> None:
    answers = list(by(FlowMethod.DIS)(frames(13), labels(6)))
    assert max(errors(answers)) < 1.5
    assert all(answer.objects[0].frames == (6,) for answer in answers)
    scores = [answer.objects[0].score for answer in answers]
    assert scores[6] == 1
    assert scores == sorted(scores[:6]) + sorted(scores[6:], reverse=True)


def test_labelled_frames_pass_unchanged() -> None:
    wrong = np.full_like(POINTS, 33.25)
    given = Labels({0: [Target(1, place(0), EVERYTHING_SEEN)], 2: [Target(1, wrong, EVERYTHING_SEEN)]})
    answers = list(by(FlowMethod.DIS)(frames(4), given))
    np.testing.assert_array_equal(answers[2].objects[0].points, wrong)


def test_several_objects_keep_their_tracks() -> None:
    given = {
        index: [
            Target("first", place(index)[:2], EVERYTHING_SEEN[:2]),
            Target("second", place(index)[2:], EVERYTHING_SEEN[2:]),
        ][:: 1 if index else -1]
        for index in (0, 6)
    }
    for answer in by(FlowMethod.DIS)(frames(7), Labels(given)):
        found = {one.track: one.points for one in answer.objects}
        assert np.abs(found["first"] - place(answer.index)[:2]).max() < 1
        assert np.abs(found["second"] - place(answer.index)[2:]).max() < 1


def test_a_cut_ends_it() -> None:
    def with_cut() -> Iterator[Frame]:
        for frame in frames(12):
            image = frame.image if frame.index < 5 else frame.image // 4 + REDDISH
            yield Frame(frame.index, frame.time_s, image)

    answers = list(by(FlowMethod.DIS)(with_cut(), labels(2, 9)))
    assert [answer.objects[0].frames for answer in answers] == [(2,)] * 5 + [(9,)] * 7
    only_before = list(by(FlowMethod.DIS)(with_cut(), labels(2)))
    assert [len(answer.objects) for answer in only_before] == [1] * 5 + [0] * 7


def test_no_motion_copies_the_nearest_label() -> None:
    answers = list(Walk(Still(), nearest)(frames(7), labels(0, 6)))
    for answer, label in zip(answers, [0, 0, 0, 0, 6, 6, 6], strict=True):
        np.testing.assert_array_equal(answer.objects[0].points, place(label))
        assert answer.objects[0].frames == (label,)


def test_a_far_label_reaches_back_so_far_and_no_farther() -> None:
    answers = list(by(FlowMethod.DIS, reach=5)(frames(13), labels(0, 12)))
    sides = [set(answer.objects[0].frames) for answer in answers]
    assert sides == [{0}] * 7 + [{0, 12}] * 5 + [{12}]
    assert [len(answer.objects) for answer in by(FlowMethod.DIS, reach=5)(frames(13), labels(12))] == (
        [0] * 7 + [1] * 6
    )


def test_what_waits_and_what_lies_on_disk_does_not_grow_with_the_gap(tmp_path: Path) -> None:
    grey = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    taken = 0

    def many() -> Iterator[Frame]:
        nonlocal taken
        for taken in range(400):
            yield Frame(taken, taken / 25, grey)

    ahead = [
        taken - answer.index
        for answer in Walk(Still(), blend, tmp_path, reach=20, size=8)(many(), labels(0, 399))
        if not answer.labelled
    ]
    assert max(ahead[: 400 - 22]) == 20  # a frame is answered as soon as no label can reach it


def test_a_broken_end_comes_after_everything_that_could_be_read() -> None:
    def broken() -> Iterator[Frame]:
        yield from frames(5)
        raise VideoDamaged("the rest is missing")

    answers = []
    with pytest.raises(VideoDamaged):
        answers.extend(by(FlowMethod.DIS)(broken(), labels(0, 9)))
    assert [answer.index for answer in answers] == list(range(5))
    assert max(errors(answers)) < 1
