from __future__ import annotations

from pathlib import Path

import numpy as np

from service.media.frame import Image
from service.networks.device import Device
from service.networks.session import open_session
from service.networks.upper7 import UPPER7
from service.people.detector import Detection, Detector
from service.people.sighting import Sighting
from service.people.upper_body import first_crop, next_crop, upper_body_crop

JOINTS = np.array([(100, 20), (60, 150), (150, 140), (70, 110), (140, 100), (80, 60), (120, 60)], np.float32)
NOWHERE = (900, 900)


def sighting(joints: np.ndarray, scores: list[float]) -> Sighting:
    return Sighting(UPPER7, joints, np.array(scores, np.float32))


def test_the_crop_is_round_the_joints_with_room_for_hands() -> None:
    crop = upper_body_crop(JOINTS)
    assert crop.centre == (105, 85)
    np.testing.assert_allclose([crop.half_side, crop.angle], [1.4 * 65, 0])


def test_the_next_crop_is_that_of_training_when_all_joints_are_seen() -> None:
    seen = sighting(JOINTS, [0.9, 0.5, 0.6, 0.7, 0.7, 0.9, 0.8])
    assert next_crop(seen) == upper_body_crop(JOINTS)


def test_a_hidden_wrist_does_not_pull_the_crop_to_where_it_is_guessed() -> None:
    guessed = JOINTS.copy()
    guessed[1] = NOWHERE
    seen = sighting(guessed, [0.9, 0.1, 0.6, 0.7, 0.7, 0.9, 0.8])
    assert next_crop(seen) == upper_body_crop(JOINTS[[0, 2, 3, 4, 5, 6]])


def test_what_counts_as_hidden_goes_with_the_networks_own_scores() -> None:
    scores = np.array([0.9, 0.1, 0.6, 0.7, 0.7, 0.9, 0.8])
    low = next_crop(sighting(JOINTS, (scores / 5).tolist()))
    assert low == next_crop(sighting(JOINTS, scores.tolist()))


def test_maps_without_any_peak_still_give_a_crop() -> None:
    assert next_crop(sighting(JOINTS, [0.0] * 7)) == upper_body_crop(JOINTS)


def test_shoulders_and_circle_point_on_one_spot_still_give_a_crop() -> None:
    assert first_crop(Detection((0, 0, 1, 1), np.full((4, 2), 5, np.float32), 0.9)).half_side > 0


def test_the_astronauts_first_crop_shows_her_from_the_head_to_the_elbows(
    models_dir: Path, astronaut: Image
) -> None:
    (person,) = Detector(open_session(models_dir / "person-detector.onnx", Device.CPU, 1)).detect(astronaut)
    crop = first_crop(person)
    assert crop.angle == 0
    seen = crop.to_input(np.array([(224, 40), (110, 260), (340, 250), (70, 390), (400, 390)], np.float32))
    assert (seen > 0).all()
    assert (seen < 255).all()
    assert 0.4 < np.ptp(seen[:, 0]) / 256 < 0.95, "she fills the crop"
