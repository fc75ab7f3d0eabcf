from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from service.networks.region import Region
from service.people.whole_body import MARGIN
from service.propagation import Target
from service.propagation.trail import Trail
from service.propagation.warp_crops import crop_round, crops_between

NAMES = ("nose", "left_shoulder", "right_shoulder", "left_hip", "right_hip", "left_ankle")
STANDING = np.array([[100, 40], [120, 60], [80, 60], [110, 100], [90, 100], [110, 180]], np.float32)
SEEN = np.full(len(NAMES), 2, np.uint8)


def target(shift: float = 0, visibility: np.ndarray = SEEN) -> Target:
    return Target(1, STANDING + np.float32([shift, 0]), visibility, NAMES)


def test_a_whole_body_is_upright_round_its_hips() -> None:
    crop = crop_round(target(), Region.WHOLE_BODY)
    assert crop is not None
    assert crop.centre == pytest.approx((100, 100))
    assert crop.half_side == pytest.approx(MARGIN * np.hypot(10, 80), rel=1e-5)  # the ankle is the farthest
    assert crop.angle == pytest.approx(0, abs=1e-6)
    lying = replace(target(), points=np.ascontiguousarray(STANDING[:, ::-1]))
    turned = crop_round(lying, Region.WHOLE_BODY)
    assert turned is not None
    assert turned.angle == pytest.approx(-np.pi / 2)


def test_without_a_hip_the_crop_is_upright_round_all_points() -> None:
    seen = SEEN.copy()
    seen[3] = 0
    crop = crop_round(target(visibility=seen), Region.WHOLE_BODY)
    assert crop is not None
    assert (crop.centre, crop.angle) == (pytest.approx((100, 110)), 0)
    assert crop.half_side == pytest.approx(MARGIN * 70)


def test_an_upper_body_is_looked_at_as_its_network_wants_it() -> None:
    crop = crop_round(target(), Region.UPPER_BODY)
    assert crop is not None
    assert crop.half_side == pytest.approx(1.4 * 70)


def test_nobody_has_no_crop() -> None:
    assert crop_round(target(visibility=np.zeros_like(SEEN)), Region.WHOLE_BODY) is None


def test_between_two_labels_the_crop_goes_from_one_to_the_other() -> None:
    lost = replace(Trail.start(0, (target(),)), points=STANDING + 500)
    (crop,) = crops_between(2, lost, (8, (target(80),)), {}, Region.WHOLE_BODY).values()
    assert crop.centre == pytest.approx((120, 100))


def test_beyond_the_last_label_the_carried_joints_lead_on() -> None:
    trail = replace(Trail.start(0, (target(),)), points=STANDING + np.float32([40, 0]))
    first = crop_round(target(), Region.WHOLE_BODY)
    assert first is not None
    crops = {1: first}
    for frame in range(1, 30):
        crops = crops_between(frame, trail, None, crops, Region.WHOLE_BODY)
        assert 100 < crops[1].centre[0] < 140
    assert crops[1].centre[0] == pytest.approx(140, abs=0.1)


def test_before_the_first_label_its_own_crop_is_looked_at() -> None:
    crops = crops_between(2, None, (8, (target(80),)), {}, Region.WHOLE_BODY)
    assert crops[1].centre == pytest.approx((180, 100))
    assert crops_between(2, None, None, {}, Region.WHOLE_BODY) == {}
