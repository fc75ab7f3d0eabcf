from __future__ import annotations

import numpy as np
import pytest

from service.people.crop import Crop
from service.temporal.grid import INPUT_SIZE


def test_there_and_back_is_the_same_point() -> None:
    crop = Crop((100, 60), 40, 0.7)
    points = np.random.default_rng(0).uniform(0, 200, (20, 2)).astype(np.float32)
    np.testing.assert_allclose(crop.to_frame(crop.to_input(points)), points, atol=1e-3)


def test_the_centre_is_the_middle_and_the_sides_are_the_edges() -> None:
    crop = Crop((100, 60), 40)
    got = crop.to_input(np.array([[100, 60], [60, 20], [140, 100]], np.float32))
    np.testing.assert_allclose(got, [[127.5, 127.5], [-0.5, -0.5], [255.5, 255.5]], atol=1e-4)


def test_up_in_the_crop_is_the_angle_clockwise_from_up_in_the_frame() -> None:
    crop = Crop((0, 0), 128, np.radians(90))
    right_of_centre = crop.to_input(np.array([[10, 0]], np.float32))
    np.testing.assert_allclose(right_of_centre, [[127.5, 117.5]], atol=1e-4)


def test_whole_letterboxes_the_frame() -> None:
    crop = Crop.whole(640, 480)
    got = crop.to_input(np.array([[-0.5, 239.5], [639.5, 239.5]], np.float32))
    np.testing.assert_allclose(got, [[-0.5, 127.5], [255.5, 127.5]], atol=1e-4)


def test_a_box_lies_in_the_middle_of_its_crop() -> None:
    assert Crop.of_box(10, 20, 30, 60) == Crop((25, 50), 30)


@pytest.mark.parametrize("shift", [0.0, -2.0, 3.0])
def test_cut_shows_what_the_map_says_and_black_outside(shift: float) -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    image[20, 30] = 255, 128, 7
    crop = Crop((30, 20), 128)
    cut = crop.cut(image, shift)
    assert cut.shape == (INPUT_SIZE, INPUT_SIZE, 3)
    rows, columns = np.nonzero(cut[:, :, 0])
    np.testing.assert_allclose([columns.mean(), rows.mean()], [127.5 + shift, 127.5 + shift], atol=0.01)
    assert cut[0, 0].sum() == 0
