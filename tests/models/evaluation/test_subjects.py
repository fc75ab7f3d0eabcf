"""Who is measured on, and where networks look."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.evaluation.subjects import MEASURING, gather, whole_body_crop
from service.networks.region import Region
from service.networks.upper7 import UPPER7
from service.people.upper_body import upper_body_crop
from tests.models.disc_people import HEAD, TORSO, UPPER, write_people


def test_people_without_hips_are_left_out_and_counted(tmp_path: Path) -> None:
    gathered = gather("mpii", write_people(tmp_path / "mpii", 3, without_hips=1))
    assert (len(gathered.subjects), gathered.left_out) == (2, 1)


def test_torso_head_and_joints_are_those_of_the_labels(tmp_path: Path) -> None:
    (subject,) = gather("mpii", write_people(tmp_path / "mpii", 1)).subjects
    assert subject.torso_px == pytest.approx(TORSO)
    assert subject.head_px == pytest.approx(HEAD)
    assert subject.sample.joints.tolist() == [list(UPPER[name]) for name in UPPER7.joints]
    assert subject.sample.known.all()


def test_each_region_has_its_crop(tmp_path: Path) -> None:
    (subject,) = gather("mpii", write_people(tmp_path / "mpii", 1)).subjects
    assert subject.crops[Region.UPPER_BODY] == upper_body_crop(np.array(list(UPPER.values()), np.float32))
    body = subject.crops[Region.WHOLE_BODY]
    assert body.centre == pytest.approx((200, 230))
    assert body.half_side == pytest.approx(1.25 * np.hypot(30, 200))  # an ankle is farthest
    assert body.angle == pytest.approx(0)


def test_joints_that_are_not_known_do_not_move_the_crop_of_the_body() -> None:
    joints = np.full((len(MEASURING.joints), 2), np.nan, np.float32)
    places = {
        "right_shoulder": (-10, 0),
        "left_shoulder": (10, 0),
        "right_hip": (-10, 40),
        "left_hip": (10, 40),
    }
    for name, place in places.items():
        joints[MEASURING.index(name)] = place
    crop = whole_body_crop(joints)
    assert crop.centre == (0, 40)
    assert crop.half_side == pytest.approx(1.25 * np.hypot(10, 40))


def test_of_jhmdb_only_held_out_clips_of_tier_a_are_taken(jhmdb: Path) -> None:
    gathered = gather("jhmdb", jhmdb)
    # Six frames of a waving person, of which every fifth counts; the walking one is for training.
    assert len(gathered.subjects) + gathered.left_out == 2
    assert {subject.sample.name for subject in gathered.subjects} <= {"001_wave.mp4"}


def test_guessed_joints_place_the_crop_and_are_not_measured(jhmdb: Path) -> None:
    subject = gather("jhmdb", jhmdb).subjects[0]
    known = [name for name, seen in zip(UPPER7.joints, subject.sample.known, strict=True) if seen]
    assert known == ["head", "right_shoulder", "left_shoulder"]
    assert subject.crops[Region.WHOLE_BODY].centre == pytest.approx((160, 300))
