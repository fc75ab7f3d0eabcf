from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from service.media.frame import Image
from service.networks.device import Device
from service.networks.session import open_session
from service.people.detector import Detection, Detector, anchors, merge, to_input
from service.people.whole_body import first_crop


@pytest.fixture(scope="module")
def detect(models_dir: Path) -> Callable[[Image], list[Detection]]:
    return Detector(open_session(models_dir / "person-detector.onnx", Device.CPU, 1)).detect


def test_there_are_two_anchors_per_cell_and_layer() -> None:
    centres = anchors()
    assert centres.shape == (2254, 2)
    np.testing.assert_array_equal(centres[:3], [[4, 4], [4, 4], [12, 4]])
    np.testing.assert_array_equal(centres[1568:1571], [[8, 8], [8, 8], [24, 8]])
    np.testing.assert_array_equal(centres[-7:-5], [[176, 208], [208, 208]])


def test_bytes_become_what_the_detector_takes() -> None:
    image = np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    batch = to_input(image)
    assert (batch.shape, batch.dtype) == ((1, 3, 224, 224), np.float32)
    np.testing.assert_allclose(batch[0, 2], image[:, :, 2] / 127.5 - 1, atol=1e-6)


def test_overlapping_detections_become_their_weighted_mean() -> None:
    values = np.zeros((3, 6, 2), np.float32)
    values[:, 1] = 20
    values[0, 0], values[1, 0], values[2, 0] = (50, 50), (54, 50), (150, 50)
    merged = merge(values, np.array([0.6, 0.9, 0.5], np.float32))
    assert [round(score, 3) for _, score in merged] == [0.9, 0.5]
    np.testing.assert_allclose(merged[0][0][0], [52.4, 50], atol=1e-4)


def test_boxes_without_area_do_not_hang_the_merging() -> None:
    assert len(merge(np.zeros((4, 6, 2), np.float32), np.full(4, 0.5, np.float32))) == 4


def test_the_astronaut_is_found_once_and_upright(
    detect: Callable[[Image], list[Detection]], astronaut: Image
) -> None:
    (person,) = detect(astronaut)
    assert person.score > 0.7
    x, y, width, height = person.box
    assert 130 < x < x + width < 300, "the box is that of the face"
    assert 100 < y < y + height < 260
    assert abs(first_crop(person).angle) < 0.4
    assert 300 < first_crop(person).centre[1] < 640, "her hips are at the lower edge of the picture"


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turning_the_picture_turns_the_crop(
    detect: Callable[[Image], list[Detection]], astronaut: Image, turns: int
) -> None:
    turned = detect(np.ascontiguousarray(np.rot90(astronaut, -turns)))
    if not turned:
        pytest.skip(f"the detector does not see the person turned by {90 * turns} degrees")
    difference = first_crop(turned[0]).angle - first_crop(detect(astronaut)[0]).angle - np.pi / 2 * turns
    assert abs((difference + np.pi) % (2 * np.pi) - np.pi) < 0.35


def test_the_place_does_not_depend_on_the_letterbox(
    detect: Callable[[Image], list[Detection]], astronaut: Image
) -> None:
    wide = cv2.copyMakeBorder(astronaut, 0, 0, 200, 120, cv2.BORDER_CONSTANT)
    square = cv2.copyMakeBorder(wide, 160, 160, 0, 0, cv2.BORDER_CONSTANT)
    (here,), (there,) = detect(wide), detect(square)
    np.testing.assert_allclose(there.points - here.points, [[0, 160]] * 4, atol=2)


def test_an_empty_picture_shows_nobody(detect: Callable[[Image], list[Detection]]) -> None:
    assert detect(np.zeros((48, 640, 3), np.uint8)) == []
