from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from models.evaluation.degrade import Damage, degrade, motion_blur, occlude
from service.media.frame import Frame

COUNT = 12
JOINTS = np.full((COUNT, 2, 2), 30, np.float32)
VALID = np.array([[True, False]] * COUNT)


def frames() -> Iterator[Frame]:
    picture = np.random.default_rng(3).integers(0, 256, (60, 80, 3)).astype(np.uint8)
    return (Frame(index, index / 25, picture) for index in range(COUNT))


def damaged(damage: Damage, name: str = "a.mp4", seed: int = 0) -> list[Frame]:
    return list(degrade(frames(), damage, JOINTS, VALID, name, seed))


def changed(after: list[Frame]) -> list[int]:
    return [b.index for b, a in zip(after, frames(), strict=True) if not np.array_equal(b.image, a.image)]


def test_no_damage_changes_nothing() -> None:
    assert changed(damaged(Damage.NONE)) == []


@pytest.mark.parametrize("damage", [Damage.BLUR, Damage.OCCLUDER])
def test_a_third_of_the_frames_is_damaged_and_keeps_its_time(damage: Damage) -> None:
    after = damaged(damage)
    assert len(changed(after)) == COUNT // 3
    assert [frame.time_s for frame in after] == [frame.time_s for frame in frames()]


def test_the_same_clip_is_always_damaged_in_the_same_way() -> None:
    first, second = damaged(Damage.BLUR), damaged(Damage.BLUR)
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first, second, strict=True))


def test_clips_and_seeds_differ() -> None:
    choices = {tuple(changed(damaged(Damage.BLUR, name, seed))) for name in "abc" for seed in range(3)}
    assert len(choices) > 5


def test_an_occluder_covers_a_labelled_joint() -> None:
    after = damaged(Damage.OCCLUDER)
    for index in changed(after):
        colour = after[index].image[30, 30]
        assert (after[index].image[28:33, 28:33] == colour).all()


def test_without_a_valid_joint_there_is_nothing_to_cover() -> None:
    after = list(degrade(frames(), Damage.OCCLUDER, JOINTS, np.zeros_like(VALID), "a.mp4"))
    assert changed(after) == []


def test_more_frames_than_labels_are_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        list(degrade(frames(), Damage.NONE, JOINTS[1:], VALID[1:], "a.mp4"))


@pytest.mark.parametrize("angle", [0.0, np.pi / 6, np.pi / 4, np.pi / 2, 2.5])
def test_a_point_becomes_a_line_of_the_length_and_direction(angle: float) -> None:
    picture = np.zeros((101, 101, 3), np.uint8)
    picture[50, 50] = 255
    blurred = motion_blur(picture, 30, angle)[:, :, 0]
    y, x = np.nonzero(blurred)
    along = (x - 50) * np.cos(angle) + (y - 50) * np.sin(angle)
    across = (y - 50) * np.cos(angle) - (x - 50) * np.sin(angle)
    assert np.ptp(along) == pytest.approx(30, abs=3)  # anti-aliased ends
    assert np.abs(across).max() <= 1.5


def test_blur_keeps_the_brightness() -> None:
    grey = np.full((40, 50, 3), 90, np.uint8)
    assert np.abs(motion_blur(grey, 12.5, 1.0).astype(int) - 90).max() <= 1


def test_an_occluder_leaves_the_rest_and_the_original_alone() -> None:
    grey = np.full((40, 50, 3), 90, np.uint8)
    covered = occlude(grey, (20, 10), 8, (1, 2, 3))
    assert covered[10, 20].tolist() == [1, 2, 3]
    assert (covered != grey).any(axis=2).sum() == 81
    assert (grey == 90).all()
