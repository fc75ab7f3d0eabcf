from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from models.datasets.jpeg import to_jpeg
from models.datasets.sample import Sample
from models.skeletons.body13 import BODY13
from models.training.person import people_of
from service.networks.upper7 import UPPER7
from service.people.upper_body import upper_body_crop
from tests.stick_people import stick_people

SAMPLE = stick_people(1)[0]
UPPER = [BODY13.index(name) for name in UPPER7.joints]


def enlarged(factor: int) -> Sample:
    """The person in a large picture, off its middle."""
    picture = cv2.resize(SAMPLE.read(), None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    framed = cv2.copyMakeBorder(picture, 300, 50, 700, 20, cv2.BORDER_CONSTANT)
    joints = ((SAMPLE.joints + 0.5) * factor - 0.5 + (700, 300)).astype(np.float32)
    return replace(SAMPLE, picture=to_jpeg(framed), joints=joints)


@pytest.mark.parametrize("sample", [SAMPLE, enlarged(8)])
def test_the_crop_shows_the_same_as_the_crop_of_the_whole_picture(sample: Sample) -> None:
    person = people_of([sample], UPPER7)[0]
    crop = upper_body_crop(sample.joints[UPPER])
    assert np.allclose(person.crop.to_input(person.joints), crop.to_input(sample.joints[UPPER]), atol=0.5)
    off = person.crop.cut(person.picture()).astype(int) - crop.cut(sample.read()).astype(int)
    assert np.abs(off).mean() < 6


def test_a_large_picture_is_kept_small() -> None:
    large = enlarged(8)
    assert isinstance(large.picture, bytes)
    picture = people_of([large], UPPER7)[0].picture()
    assert max(picture.shape) <= 700


def test_a_joint_outside_the_picture_is_not_known() -> None:
    joints = SAMPLE.joints.copy()
    joints[UPPER7.index("left_wrist")] = (500, 20)
    person = people_of([replace(SAMPLE, joints=joints)], UPPER7)[0]
    assert np.isnan(person.joints[:, 0]).tolist() == [False, False, True, False, False, False, False]


def test_people_with_few_joints_or_too_small_are_left_out() -> None:
    few = SAMPLE.joints.copy()
    few[3:] = np.nan
    small = (SAMPLE.joints / 5).astype(np.float32)
    assert people_of([replace(SAMPLE, joints=few), replace(SAMPLE, joints=small)], UPPER7) == []


def test_the_torso_is_the_diagonal_of_the_trunk() -> None:
    person = people_of([SAMPLE], UPPER7)[0]
    assert person.torso_px == pytest.approx(np.hypot(28, 48), abs=0.1)


def test_without_hips_the_torso_is_not_known() -> None:
    joints = SAMPLE.joints.copy()
    joints[7:9] = np.nan
    assert np.isnan(people_of([replace(SAMPLE, joints=joints)], UPPER7)[0].torso_px)


def test_whole_bodies_keep_all_joints() -> None:
    person = people_of([SAMPLE], BODY13)[0]
    assert person.joints.shape == (13, 2)
    assert not np.isnan(person.joints[BODY13.index("left_hip")]).any()
