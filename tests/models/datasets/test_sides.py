"""Left and right are the person's own."""

from __future__ import annotations

import numpy as np

from models.datasets.sides import own_sides

NAMES = ("head", "left_shoulder", "right_shoulder", "left_wrist", "right_wrist")
FACING = np.array([[50, 10], [70, 30], [30, 30], [75, 60], [25, 60]], np.float32)
FROM_BEHIND = FACING * [-1, 1] + [100, 0]


def people(facing: int, from_behind: int) -> np.ndarray:
    return np.concatenate([[FACING] * facing, [FROM_BEHIND] * from_behind]).astype(np.float32)


def test_sides_that_are_the_persons_stay() -> None:
    points = people(facing=3, from_behind=2)
    assert (own_sides(points, NAMES) == points).all()


def test_sides_that_are_the_viewers_are_swapped_for_everybody() -> None:
    swapped = own_sides(people(facing=2, from_behind=3), NAMES)
    assert (swapped == people(facing=2, from_behind=3)[:, [0, 2, 1, 4, 3]]).all()


def test_people_without_shoulders_do_not_count() -> None:
    points = people(facing=2, from_behind=5)
    points[2:, 1] = np.nan
    assert np.array_equal(own_sides(points, NAMES), points, equal_nan=True)


def test_nobody_is_left_as_nobody() -> None:
    points = np.full((2, 5, 2), np.nan, np.float32)
    assert np.isnan(own_sides(points, NAMES)).all()
