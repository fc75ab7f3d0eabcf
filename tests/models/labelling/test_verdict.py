"""Which joints of a teacher are trusted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.labelling.verdict import Demands, Verdict, judge
from service.temporal.pose import Pose

DEMANDS = Demands(min_score=0.6, max_spread=0.05, max_jump=0.02)
PICTURE = (200, 300)
PLACES = [[50, 20], [150, 20], [100, 220], [100, 120]]  # a body of 200 pixels


def pose(shift: float = 0.0) -> Pose:
    joints = np.array(PLACES, np.float32) + np.float32([shift, 0])
    return Pose(1, joints, np.full(4, 0.9, np.float32), np.full(4, 5, np.float32))


def changed(joint: int, **values: object) -> Pose:
    """The pose with one joint's field set."""
    now = pose()
    for name, value in values.items():
        array = getattr(now, name).copy()
        array[joint] = value
        now = replace(now, **{name: array})
    return now


def verdicts(now: Pose, before: Pose | None = None, after: Pose | None = None) -> list[int]:
    return judge(before or pose(-8), now, after or pose(8), PICTURE, DEMANDS).tolist()


def test_a_sure_body_that_moves_evenly_is_kept() -> None:
    assert verdicts(pose()) == [Verdict.KEPT] * 4


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"scores": 0.59}, Verdict.LOW_SCORE),
        ({"scores": 0.61}, Verdict.KEPT),
        ({"spread": 10.5}, Verdict.WIDE_SPREAD),
        ({"spread": 9.5}, Verdict.KEPT),
        ({"joints": [100, 124.5]}, Verdict.JUMPED),
        ({"joints": [100, 123.5]}, Verdict.KEPT),
        ({"joints": [-0.5, 120]}, Verdict.OUTSIDE),
        ({"joints": [199.5, 120]}, Verdict.OUTSIDE),
        ({"joints": [100, -1]}, Verdict.OUTSIDE),
        ({"scores": 0.1, "spread": 50}, Verdict.LOW_SCORE),
        ({"joints": [-9, 120], "scores": 0.1}, Verdict.OUTSIDE),
    ],
)
def test_the_first_fault_of_a_joint_is_named_and_the_others_are_kept(
    values: dict[str, object], verdict: Verdict
) -> None:
    assert verdicts(changed(3, **values)) == [Verdict.KEPT] * 3 + [verdict]


def test_a_joint_below_the_picture_is_outside() -> None:
    low = judge(pose(), pose(), pose(), (200, 220), DEMANDS)
    assert low.tolist() == [Verdict.KEPT, Verdict.KEPT, Verdict.OUTSIDE, Verdict.KEPT]


@pytest.mark.parametrize("neighbours", [(None, pose()), (pose(), None), (None, None)])
def test_without_a_neighbour_nothing_agrees_in_time(neighbours: tuple[Pose | None, Pose | None]) -> None:
    before, after = neighbours
    assert (judge(before, pose(), after, PICTURE, DEMANDS) == Verdict.JUMPED).all()
