from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from models.training.augment import MODERN, PAPER, Example, Ranges, augment, flip
from service.networks.upper7 import UPPER7
from service.people.crop import Crop

STILL = Ranges(scale=(1.0, 1.0), shift=0.0, turn=0.0)
CROP = Crop((100, 90), 60)
JOINTS = np.array([[100, 60], [70, 110], [135, 105], [75, 90], [130, 85], [85, 75], [118, 74]], np.float32)


def dots() -> np.ndarray:
    """A disc of its own grey level on every joint: 40 for the first, 70 for the next, ..."""
    picture = np.zeros((200, 220, 3), np.uint8)
    for index, (x, y) in enumerate(JOINTS.tolist()):
        cv2.circle(picture, (int(x), int(y)), 4, (40 + 30 * index,) * 3, cv2.FILLED)
    return picture


def views(ranges: Ranges, count: int = 40) -> list[Example]:
    random = np.random.default_rng(7)
    return [augment(dots(), JOINTS, CROP, UPPER7, ranges, random) for _ in range(count)]


def is_flipped(view: Example) -> bool:
    return bool(abs(view.image[_pixel(view, 1)].mean() - 100) < 8)  # the left wrist's level at the right one


def _pixel(view: Example, joint: int) -> tuple[int, int]:
    x, y = np.round(view.joints[joint]).astype(int).tolist()
    return y, x


@pytest.mark.parametrize(
    "ranges", [STILL, PAPER, replace(MODERN, contrast=0, brightness=0, tint=0, blur=0, occluder=0)]
)
def test_joints_go_where_the_picture_goes_and_left_and_right_trade_places_in_the_mirror(
    ranges: Ranges,
) -> None:
    flips = 0
    for view in views(ranges):
        order = list(range(7))
        if is_flipped(view):
            flips += 1
            for right, left in UPPER7.swaps:
                order[right], order[left] = left, right
        for joint in range(7):
            if (abs(view.joints[joint] - 127.5) < 124).all():
                assert view.image[_pixel(view, joint)].mean() == pytest.approx(40 + 30 * order[joint], abs=8)
    assert 8 < flips < 32


def test_a_flip_of_a_flip_is_the_same() -> None:
    view = views(STILL, 1)[0]
    twice = flip(flip(view, UPPER7), UPPER7)
    assert np.array_equal(twice.image, view.image)
    assert np.allclose(twice.joints, view.joints)


def test_what_is_not_known_stays_so_and_is_mirrored_too() -> None:
    joints = JOINTS.copy()
    joints[1] = np.nan
    view = flip(Example(np.zeros((256, 256, 3), np.uint8), joints), UPPER7)
    assert np.isnan(view.joints[2]).all()
    assert not np.isnan(view.joints[1]).any()


def test_the_papers_views_are_248_of_256_pixels_turned_by_at_most_40_degrees() -> None:
    length = np.linalg.norm(CROP.to_input(JOINTS)[1] - CROP.to_input(JOINTS)[2])
    angles = []
    for view in views(PAPER):
        across = view.joints[2] - view.joints[1]
        assert np.linalg.norm(across) == pytest.approx(length * 256 / 248, rel=1e-3)
        angles.append(abs(np.degrees(np.arctan2(across[1], across[0]))))
    assert 30 < max(angles) < 40 + 5  # the wrists are not quite level


def test_most_modern_views_are_nearly_upright() -> None:
    def turns(upright: float) -> np.ndarray:
        ranges = replace(STILL, turn=40.0, upright=upright)
        return np.array(
            [np.abs(np.degrees(np.arctan2(*(v.joints[5] - v.joints[6])[::-1]))) for v in views(ranges, 100)]
        )

    def near(angles: np.ndarray) -> float:
        return float((np.minimum(angles, 180 - angles) < 10).mean())

    assert near(turns(3.0)) > near(turns(1.0)) + 0.2


@pytest.mark.parametrize("change", ["contrast", "brightness", "tint", "blur", "occluder", "grey"])
def test_every_change_changes_the_picture_and_not_the_joints(change: str) -> None:
    picture = np.random.default_rng(2).integers(30, 220, (200, 220, 3)).astype(np.uint8)
    plain, changed = (
        augment(picture, JOINTS, CROP, UPPER7, ranges, np.random.default_rng(5))
        for ranges in (STILL, replace(STILL, **{change: 0.9}))
    )
    assert np.array_equal(plain.joints, changed.joints)
    assert (plain.image != changed.image).mean() > 0.01


def test_grey_has_no_colour() -> None:
    picture = np.random.default_rng(2).integers(0, 255, (200, 220, 3)).astype(np.uint8)
    image = augment(picture, JOINTS, CROP, UPPER7, replace(STILL, grey=1.0), np.random.default_rng(5)).image
    assert np.ptp(image.astype(int), axis=2).max() == 0
