from __future__ import annotations

import numpy as np

from models.datasets.jhmdb import JOINTS
from models.evaluation.joint_map import (
    ANSWERS,
    BLAZEPOSE33,
    COLUMNS,
    FACE,
    MEASURED,
    WRISTS,
    to_measured,
)
from service.networks.blazepose33 import BLAZEPOSE33 as SKELETON


def test_limb_joints_have_the_same_name_in_both_skeletons() -> None:
    limbs = {name: parts for name, parts in BLAZEPOSE33.items() if name != "face"}
    assert len(limbs) == 12
    assert all([SKELETON.joints[part] for part in parts] == [name] for name, parts in limbs.items())


def test_the_face_is_the_mean_of_what_lies_round_its_centre() -> None:
    names = [SKELETON.joints[part] for part in FACE]
    assert names == ["nose", "left_eye", "right_eye", "left_ear", "right_ear", "mouth_left", "mouth_right"]


def test_thirteen_joints_are_measured_in_the_order_of_the_labels() -> None:
    assert len(MEASURED) == 13
    assert [JOINTS[column] for column in COLUMNS] == list(MEASURED)
    assert set(WRISTS) < set(MEASURED)


def test_joints_land_in_their_places() -> None:
    joints = np.stack([np.arange(33), 100 + np.arange(33)], axis=1).astype(np.float32)[None]
    measured = to_measured(joints)
    assert measured.shape == (1, 13, 2)
    assert measured[0, MEASURED.index("left_wrist")].tolist() == [15, 115]
    assert measured[0, MEASURED.index("face")].tolist() == [
        np.float32(np.mean(FACE)),
        np.float32(100 + np.mean(FACE)),
    ]


def test_nobody_stays_nobody() -> None:
    assert np.isnan(to_measured(np.full((2, 33, 2), np.nan, np.float32))).all()


def test_upper_body_joints_land_in_theirs_and_the_rest_is_not_known() -> None:
    joints = np.stack([np.arange(7), 100 + np.arange(7)], axis=1).astype(np.float32)[None]
    measured = to_measured(joints, ANSWERS["upper7"])
    known = {name: point.tolist() for name, point in zip(MEASURED, measured[0], strict=True)}
    assert known["face"] == [0, 100]
    assert known["left_wrist"] == [2, 102]
    assert {name for name, point in known.items() if not np.isnan(point).any()} == set(ANSWERS["upper7"])
