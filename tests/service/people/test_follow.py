from __future__ import annotations

import numpy as np

from service.people.crop import Crop
from service.people.follow import lead_on


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
