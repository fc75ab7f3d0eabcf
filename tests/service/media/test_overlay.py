from __future__ import annotations

import numpy as np
import pytest

from service.media.overlay import LEFT, RIGHT, draw
from service.temporal.pose import Pose

EDGES = [(0, 1), (1, 2)]
GREY = np.full((200, 300, 3), 90, np.uint8)
JOINTS = [[60, 50], [60, 150], [220, 150]]


def person(joints: list[list[float]], scores: list[float], number: int = 1) -> Pose:
    return Pose(number, np.array(joints, np.float32), np.array(scores, np.float32), np.ones(3, np.float32))


def touched(image: np.ndarray, x: int, y: int) -> int:
    """How far the pixel is from the grey beneath."""
    return int(np.abs(image[y, x].astype(int) - 90).max())


def test_draws_limbs_joints_and_label_on_a_copy() -> None:
    image = draw(GREY, [person(JOINTS, [1, 1, 1])], EDGES)
    assert (GREY == 90).all()
    assert image.shape == GREY.shape
    assert image.dtype == np.uint8
    for x, y in ((60, 50), (60, 100), (60, 150), (140, 150), (220, 150)):
        assert touched(image, x, y) > 60
    assert touched(image, 140, 80) == 0
    assert (image[:40] != 90).any()  # the label above the box


def test_nobody_leaves_the_picture_as_it_is() -> None:
    image = draw(GREY, [], EDGES)
    assert (image == GREY).all()
    assert image is not GREY


def test_a_limb_is_as_faint_as_its_weaker_joint() -> None:
    strong = draw(GREY, [person(JOINTS, [1, 1, 1])], EDGES)
    weak = draw(GREY, [person(JOINTS, [1, 1, 0.35])], EDGES)
    assert touched(weak, 60, 100) == touched(strong, 60, 100)
    assert touched(weak, 140, 150) < 0.6 * touched(strong, 140, 150)


def test_a_joint_of_low_score_is_a_ring() -> None:
    full = draw(GREY, [person(JOINTS, [1, 1, 1])], [])
    ring = draw(GREY, [person(JOINTS, [0.1, 1, 1])], [])
    assert touched(full, 60, 50) > 100
    assert touched(ring, 60, 50) == 0


def test_sides_have_their_own_colours() -> None:
    names = ["left_shoulder", "left_elbow", "right_wrist"]
    image = draw(GREY, [person(JOINTS, [1, 1, 1])], [(0, 1)], names)
    np.testing.assert_allclose(image[100, 60], LEFT, atol=20)
    image = draw(GREY, [person(JOINTS, [1, 1, 1])], [(0, 1)], ["Right Shoulder", "elbow right", "head"])
    np.testing.assert_allclose(image[100, 60], RIGHT, atol=20)


def test_people_differ() -> None:
    one = draw(GREY, [person(JOINTS, [1, 1, 1], 1)], EDGES)
    two = draw(GREY, [person(JOINTS, [1, 1, 1], 2)], EDGES)
    assert tuple(one[100, 60]) != tuple(two[100, 60])


def test_large_people_get_thick_limbs() -> None:
    canvas = np.full((1200, 1200, 3), 90, np.uint8)
    widths = []
    for size in (100, 1000):
        joints = [[100.0, 100.0], [100.0, 100.0 + size], [110.0, 100.0]]
        image = draw(canvas, [person(joints, [1, 1, 1])], [(0, 1)])
        widths.append(int((image[100 + size // 2] != 90).any(axis=1).sum()))
    assert widths[1] > 2 * widths[0]


def test_a_joint_that_is_nowhere_does_not_make_the_others_thin() -> None:
    canvas = np.full((1200, 1200, 3), 90, np.uint8)
    nowhere = [float("nan")] * 2
    image = draw(canvas, [person([[100, 100], [100, 1100], nowhere], [1, 1, 0])], EDGES)
    assert int((image[600] != 90).any(axis=1).sum()) > 8


@pytest.mark.parametrize("far", [-5000.0, 5000.0, 1e9, float("nan"), float("inf")])
def test_joints_outside_the_picture_do_no_harm(far: float) -> None:
    image = draw(GREY, [person([[60, 50], [60, 150], [far, far]], [1, 1, 1])], EDGES)
    assert touched(image, 60, 100) > 60


def test_somebody_without_any_joint_is_left_out() -> None:
    nowhere = [[float("nan")] * 2] * 3
    assert (draw(GREY, [person(nowhere, [0, 0, 0])], EDGES) == GREY).all()
