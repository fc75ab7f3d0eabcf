from __future__ import annotations

import numpy as np

from service.people.crop import Crop
from service.people.follow import lead_on, wanted_crop
from service.people.sighting import Sighting


def sighting(hips: tuple[float, float], above: tuple[float, float]) -> Sighting:
    nothing = np.zeros((1, 2), np.float32)
    return Sighting(nothing, np.ones(1, np.float32), np.array(hips, np.float32), np.array(above, np.float32))


def test_the_wanted_crop_stands_on_the_hips_with_the_circle_point_straight_up() -> None:
    crop = wanted_crop(sighting((100, 100), (140, 100)))
    np.testing.assert_allclose(crop.centre, (100, 100))
    np.testing.assert_allclose([crop.half_side, crop.angle], [1.25 * 40, np.pi / 2], rtol=1e-6)
    up = crop.to_input(np.array([[140, 100]], np.float32))[0]
    assert abs(up[0] - 127.5) < 1e-3
    assert up[1] < 127.5


def test_the_crop_comes_to_rest_where_it_is_wanted() -> None:
    crop, wanted = Crop((0, 0), 50, 0.0), Crop((80, -20), 100, 1.0)
    for _ in range(40):
        crop = lead_on(crop, wanted)
    np.testing.assert_allclose([*crop.centre, crop.half_side, crop.angle], [80, -20, 100, 1.0], atol=1e-3)


def test_one_step_goes_a_part_of_the_way() -> None:
    crop = lead_on(Crop((0, 0), 50), Crop((10, 0), 50))
    assert 1 < crop.centre[0] < 6


def test_turning_takes_the_short_way_round() -> None:
    crop = lead_on(Crop((0, 0), 50, np.radians(170)), Crop((0, 0), 50, np.radians(-170)))
    assert np.radians(170) < crop.angle < np.radians(190)


def test_hips_and_circle_point_on_one_spot_still_give_a_crop() -> None:
    assert wanted_crop(sighting((5, 5), (5, 5))).half_side > 0
