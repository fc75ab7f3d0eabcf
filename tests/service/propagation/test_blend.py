from __future__ import annotations

import numpy as np
import pytest

from service.propagation import Target
from service.propagation.blend import Canvas, blend, labelled, nearest
from service.propagation.trail import Trail

CANVAS = Canvas(200, 100)
AT = np.array([[20, 30], [60, 70]], np.float32)


def trail(
    label: int,
    shift: float,
    doubt: float,
    visibility: tuple[int, int] = (2, 2),
    track: int = 1,
    origin: float = 0,
) -> Trail:
    """Labelled at AT + origin, come to AT + shift."""
    target = Target(track, AT + np.float32(origin), np.array(visibility, np.uint8))
    return Trail(label, (target,), AT + np.float32(shift), np.full(2, doubt, np.float32))


def test_a_label_is_its_own_answer() -> None:
    carried = labelled(3, Target(1, AT, np.array([1, 0], np.uint8)))
    assert carried.scores.tolist() == [1, 0]
    assert (carried.score, carried.frames) == (1, (3,))


def test_the_less_doubtful_side_weighs_more() -> None:
    (equal,) = blend(3, trail(0, 4, 2), trail(6, 8, 2, origin=12), CANVAS)
    (sure,) = blend(3, trail(0, 4, 2), trail(6, 8, 0.5, origin=12), CANVAS)
    np.testing.assert_allclose(equal.points, AT + 6, atol=1e-4)
    assert (sure.points > AT + 7).all()
    assert equal.frames == (0, 6)
    assert sure.frames == (6, 0)


def test_sides_that_agree_are_left_alone() -> None:
    (carried,) = blend(3, trail(0, 6, 1), trail(6, 6, 3), CANVAS)
    np.testing.assert_allclose(carried.points, AT + 6, atol=1e-4)


def test_sides_that_disagree_give_way_to_the_straight_line() -> None:
    (carried,) = blend(3, trail(0, 25, 0.5), trail(6, 27, 0.5), CANVAS)  # the labels did not move at all
    (wild,) = blend(3, trail(0, -15, 0.5), trail(6, 27, 0.5), CANVAS)
    assert np.linalg.norm(carried.points - (AT + 26), axis=1).max() > 15
    assert np.linalg.norm(wild.points - AT, axis=1).max() < 2


def test_scores_fall_with_doubt_and_disagreement() -> None:
    (sure,) = blend(3, trail(0, 0, 1), trail(6, 0, 1), CANVAS)
    (doubtful,) = blend(3, trail(0, 0, 5), trail(6, 0, 5), CANVAS)
    (apart,) = blend(3, trail(0, -5, 1), trail(6, 5, 1), CANVAS)
    (alone,) = blend(3, trail(0, 0, 1), None, CANVAS)
    assert 0.9 < sure.score <= 1
    assert 0 < doubtful.score < sure.score
    assert 0 < apart.score < sure.score
    assert 0 < alone.score < sure.score


@pytest.mark.parametrize(("frame", "there"), [(2, True), (3, True), (4, False)])
def test_a_point_on_one_label_only_goes_half_way(frame: int, there: bool) -> None:
    (carried,) = blend(frame, trail(0, 1, 1), trail(6, 1, 1, (2, 0)), CANVAS)
    assert carried.visibility.tolist() == [2, 2 if there else 0]
    assert (carried.scores[1] > 0) == there
    assert there or carried.points[1].tolist() == [0, 0]


@pytest.mark.parametrize(("frame", "tracks"), [(3, [1]), (4, [2])])
def test_an_object_on_one_label_only_goes_half_way(frame: int, tracks: list[int]) -> None:
    carried = blend(frame, trail(0, 1, 1, track=1), trail(6, 1, 1, track=2), CANVAS)
    assert [one.track for one in carried] == tracks


def test_without_a_label_on_the_other_side_there_is_no_half_way() -> None:
    assert blend(900, trail(0, 1, 1), None, CANVAS)[0].frames == (0,)
    assert blend(1, None, trail(900, 1, 1), CANVAS)[0].frames == (900,)


def test_what_is_not_labelled_is_not_made_up() -> None:
    assert blend(3, trail(0, 1, 1, (0, 0)), trail(6, 1, 1, (0, 0)), CANVAS) == ()
    assert blend(3, None, None, CANVAS) == ()


def test_what_leaves_the_picture_is_gone() -> None:
    (carried,) = blend(1, trail(0, 40, 1), None, CANVAS)  # the second point is below the picture now
    assert carried.visibility.tolist() == [2, 0]
    assert blend(1, trail(0, 500, 1), None, CANVAS) == ()


def test_hidden_stays_hidden_by_the_nearer_label() -> None:
    (early,) = blend(1, trail(0, 0, 1, (1, 2)), trail(6, 0, 1), CANVAS)
    (late,) = blend(5, trail(0, 0, 1, (1, 2)), trail(6, 0, 1), CANVAS)
    assert (early.visibility.tolist(), late.visibility.tolist()) == ([1, 2], [2, 2])
    assert (early.nearer, late.nearer) == (0, 6)


def test_nearest_takes_one_side_the_earlier_one_of_two() -> None:
    for frame, label in ((2, 0), (3, 0), (4, 6)):
        (carried,) = nearest(frame, trail(0, 10, 1), trail(6, 20, 1), CANVAS)
        assert carried.frames == (label,)
        np.testing.assert_array_equal(carried.points, AT + (10 if label == 0 else 20))
