from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from service.media.frame import Frame
from service.networks.catalogue import find
from service.networks.region import Region
from service.options import Options
from service.people.crop import Crop
from service.people.crop_rule import CROP_RULES
from service.people.detector import Detection
from service.people.people import People
from service.people.sighting import Sighting
from service.people.upper_body import upper_body_crop

IMAGE = np.zeros((480, 640, 3), np.uint8)
DETECTION = Detection(
    (0, 0, 1, 1), np.array([[300, 300], [300, 120], [300, 220], [300, 120]], np.float32), 0.9
)
JOINTS = np.array(
    [(300, 150), (220, 330), (390, 300), (230, 280), (380, 260), (260, 210), (340, 210)], np.float32
)


def seen(score: float) -> Sighting:
    return Sighting(find("spatial-net").skeleton, JOINTS, np.full(7, score, np.float32))


def test_every_region_has_a_rule() -> None:
    assert set(CROP_RULES) == set(Region)


def test_the_card_says_where_the_network_looks_first() -> None:
    crops: dict[Region, Crop] = {}
    for name in ("blazepose-full", "spatial-net"):
        people = People(Options(), find(name), lambda image: [DETECTION])
        (person,) = people.locate(Frame(0, 0.0, IMAGE))
        crops[find(name).region] = person.crop
    assert crops == {region: rule.first(DETECTION) for region, rule in CROP_RULES.items()}
    assert crops[Region.UPPER_BODY].half_side < crops[Region.WHOLE_BODY].half_side / 2


def test_the_joints_lead_the_crop_to_that_of_training() -> None:
    people = People(Options(), find("spatial-net"), lambda image: [DETECTION])
    for n in range(30):
        frame = Frame(n, n / 25, IMAGE)
        (person,) = people.locate(frame)
        assert people.learn(person, seen(0.8), frame)
    wanted = upper_body_crop(JOINTS)
    np.testing.assert_allclose([*person.crop.centre], wanted.centre, atol=0.1)
    np.testing.assert_allclose(person.crop.half_side, wanted.half_side, atol=0.1)


@pytest.mark.parametrize(("admit_from", "admitted"), [(0.5, True), (0.7, False)])
def test_the_card_says_which_scores_mean_a_person(admit_from: float, admitted: bool) -> None:
    card = replace(find("spatial-net"), admit_from=admit_from)
    people = People(Options(), card, lambda image: [DETECTION])
    frame = Frame(0, 0.0, IMAGE)
    (person,) = people.locate(frame)
    assert people.learn(person, seen(0.6), frame) is admitted
