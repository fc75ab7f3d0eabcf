from __future__ import annotations

import numpy as np

from service.networks.joint_map import JointMap, joint_map

SOURCE = ("left_hip", "right_hip", "nose", "left_ear")
POINTS = np.array([[0, 0], [10, 4], [5, 50], [7, 70]], np.float32)
SCORES = np.array([0.9, 0.2, 0.5, 0.7], np.float32)


def mapped(target: tuple[str, ...]) -> JointMap:
    means = {"mid_hip": (("left_hip", "right_hip"),), "head": (("face",), ("nose", "left_ear"), ("nose",))}
    return joint_map(SOURCE, target, means)


def test_a_joint_of_the_same_name_is_taken_as_it_is() -> None:
    joints = mapped(("nose", "left_hip"))
    np.testing.assert_array_equal(joints.points(POINTS), POINTS[[2, 0]])
    np.testing.assert_array_equal(joints.scores(SCORES), SCORES[[2, 0]])


def test_a_mean_is_in_the_middle_and_as_sure_as_its_weaker_part() -> None:
    joints = mapped(("mid_hip",))
    np.testing.assert_array_equal(joints.points(POINTS), [[5, 2]])
    np.testing.assert_array_equal(joints.scores(SCORES), SCORES[[1]])
    np.testing.assert_array_equal(joints.spread(np.array([2, 4, 9, 9], np.float32)), [3])


def test_the_first_way_that_can_be_gone_is_gone() -> None:
    np.testing.assert_array_equal(mapped(("head",)).points(POINTS), [[6, 60]])


def test_what_cannot_be_made_is_unknown() -> None:
    joints = mapped(("nose", "tail"))
    assert joints.known.tolist() == [True, False]
    assert np.isnan(joints.points(POINTS)[1]).all()
    assert joints.scores(SCORES)[1] == 0
    assert np.isnan(joints.spread(SCORES)[1])


def test_rows_of_different_length_go_together() -> None:
    joints = mapped(("mid_hip", "nose", "tail"))
    np.testing.assert_array_equal(joints.points(POINTS)[:2], [[5, 2], [5, 50]])


def test_a_part_that_is_nowhere_leaves_its_neighbours_alone() -> None:
    points = POINTS.copy()
    points[0] = np.nan
    made = mapped(("nose", "mid_hip", "right_hip")).points(points)
    np.testing.assert_array_equal(np.isnan(made).any(axis=1), [False, True, False])
