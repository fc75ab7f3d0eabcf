from __future__ import annotations

import numpy as np

from service.networks.blazepose33 import BLAZEPOSE33
from service.people.detector import Detection
from service.people.sighting import Sighting
from service.people.whole_body import first_crop, next_crop


def sighting(hips: tuple[float, float], above: tuple[float, float]) -> Sighting:
    joints = np.zeros((33, 2), np.float32)
    return Sighting(BLAZEPOSE33, joints, np.ones(33, np.float32), np.array([hips, above], np.float32))


def test_the_crop_stands_on_the_hips_with_the_circle_point_straight_up() -> None:
    crop = next_crop(sighting((100, 100), (140, 100)))
    np.testing.assert_allclose(crop.centre, (100, 100))
    np.testing.assert_allclose([crop.half_side, crop.angle], [1.25 * 40, np.pi / 2], rtol=1e-6)
    up = crop.to_input(np.array([[140, 100]], np.float32))[0]
    assert abs(up[0] - 127.5) < 1e-3
    assert up[1] < 127.5


def test_a_detection_is_cut_as_a_sighting_of_the_same_points() -> None:
    points = np.array([[100, 100], [140, 100], [0, 0], [0, 0]], np.float32)
    assert first_crop(Detection((0, 0, 1, 1), points, 0.9)) == next_crop(sighting((100, 100), (140, 100)))


def test_hips_and_circle_point_on_one_spot_still_give_a_crop() -> None:
    assert next_crop(sighting((5, 5), (5, 5))).half_side > 0


def test_without_guides_hips_shoulders_and_the_farthest_joint_tell() -> None:
    joints = np.full((33, 2), 100, np.float32)
    places = {"left_hip": (110, 130), "right_hip": (90, 130), "left_ankle": (100, 210)}
    places |= {"left_shoulder": (120, 50), "right_shoulder": (80, 50)}
    for name, place in places.items():
        joints[BLAZEPOSE33.index(name)] = place
    crop = next_crop(Sighting(BLAZEPOSE33, joints, np.ones(33, np.float32)))
    reach = np.hypot(20, 80)  # to the shoulders, which are farther than the ankle
    np.testing.assert_allclose(crop.centre, (100, 130))
    np.testing.assert_allclose([crop.half_side, crop.angle], [1.25 * reach, 0], atol=1e-4)
