"""Every source's points become the right joints: the person's own left and right, the centre of the head."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from models.datasets import bbcpose, chalearn, flic, jhmdb, penn, piw
from models.datasets.joint_names import (
    AS_NAMED,
    BLAZEPOSE,
    COCO,
    FLIC,
    JHMDB,
    LSP,
    MPII,
    Means,
    means_of,
    to_skeleton,
)
from models.skeletons.body13 import BODY13
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.skeleton import Skeleton
from service.networks.upper7 import UPPER7


def split(names: str) -> tuple[str, ...]:
    return tuple(names.split())


LSP_NAMES = split(
    "right_ankle right_knee right_hip left_hip left_knee left_ankle right_wrist right_elbow right_shoulder "
    "left_shoulder left_elbow left_wrist neck head_top"
)
MPII_NAMES = split(
    "right_ankle right_knee right_hip left_hip left_knee left_ankle pelvis thorax upper_neck head_top "
    "right_wrist right_elbow right_shoulder left_shoulder left_elbow left_wrist"
)
COCO_NAMES = split(
    "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow "
    "left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle"
)

# A person who faces the camera: the own right is on the left of the picture.
PERSON: Mapping[str, tuple[float, float]] = {
    "head_top": (100, 20),
    "left_eye": (104, 36),
    "right_eye": (96, 36),
    "left_ear": (108, 38),
    "right_ear": (92, 38),
    "nose": (100, 42),
    "face": (100, 39),
    "head": (100, 39),
    "mouth_left": (103, 46),
    "mouth_right": (97, 46),
    "neck": (100, 60),
    "upper_neck": (100, 58),
    "left_shoulder": (120, 70),
    "right_shoulder": (80, 70),
    "left_elbow": (130, 100),
    "right_elbow": (70, 100),
    "left_wrist": (135, 130),
    "right_wrist": (65, 130),
    "left_hip": (112, 140),
    "right_hip": (88, 140),
    "left_knee": (113, 180),
    "right_knee": (87, 180),
    "left_ankle": (114, 220),
    "right_ankle": (86, 220),
}
ELSEWHERE = (7.0, 7.0)  # points that no joint is made of

LEGS = {"left_knee", "right_knee", "left_ankle", "right_ankle"}
HIPS = {"left_hip", "right_hip"}

SOURCES = [
    pytest.param(LSP_NAMES, LSP, (100, 40), set(), id="lspet"),
    pytest.param(MPII_NAMES, MPII, (100, 39), set(), id="mpii"),
    pytest.param(COCO_NAMES, COCO, (100, 42), set(), id="coco"),
    pytest.param(BLAZEPOSE33.joints, BLAZEPOSE, (100, 40.2857), set(), id="pseudo"),
    pytest.param(jhmdb.JOINTS, JHMDB, (100, 39), set(), id="jhmdb"),
    pytest.param(tuple(flic.COLUMNS), FLIC, (100, 38), LEGS, id="flic"),
    pytest.param(bbcpose.JOINTS, AS_NAMED, (100, 39), LEGS | HIPS, id="bbcpose"),
    pytest.param(chalearn.JOINTS, AS_NAMED, (100, 39), set(), id="chalearn"),
    pytest.param(piw.JOINTS, AS_NAMED, None, LEGS | HIPS, id="piw"),
    pytest.param(penn.JOINTS, AS_NAMED, (100, 39), set(), id="penn"),
]


@pytest.mark.parametrize("skeleton", [UPPER7, BODY13], ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize(("names", "means", "head", "missing"), SOURCES)
def test_limbs_keep_their_side_and_the_head_is_its_centre(
    names: tuple[str, ...],
    means: Means,
    head: tuple[float, float] | None,
    missing: set[str],
    skeleton: Skeleton,
) -> None:
    points = np.array([PERSON.get(name, ELSEWHERE) for name in names], np.float32)
    joints, known = to_skeleton(points, names, means, skeleton)
    for joint, place, is_known in zip(skeleton.joints, joints, known, strict=True):
        wanted = head if joint == "head" else (None if joint in missing else PERSON[joint])
        assert is_known == (wanted is not None), joint
        if wanted is not None:
            assert place == pytest.approx(wanted, abs=1e-3), joint
        else:
            assert np.isnan(place).all(), joint


def test_a_mean_is_known_only_when_all_its_points_are() -> None:
    points = np.array([PERSON.get(name, ELSEWHERE) for name in LSP_NAMES], np.float32)
    points[LSP_NAMES.index("neck")] = np.nan
    _, known = to_skeleton(points, LSP_NAMES, LSP, UPPER7)
    assert known.tolist() == [False] + [True] * 6


def test_many_people_are_mapped_at_once() -> None:
    points = np.zeros((4, 5, len(COCO_NAMES), 2), np.float32)
    joints, known = to_skeleton(points, COCO_NAMES, COCO, BODY13)
    assert joints.shape == (4, 5, 13, 2)
    assert joints.dtype == np.float32
    assert known.shape == (4, 5, 13)


@pytest.mark.parametrize(
    ("names", "means"),
    [
        (LSP_NAMES, LSP),
        (MPII_NAMES, MPII),
        (COCO_NAMES, COCO),
        (BLAZEPOSE33.joints, BLAZEPOSE),
        (UPPER7.joints, AS_NAMED),
        (("left_paw", "right_paw"), AS_NAMED),
    ],
)
def test_a_keypoint_file_is_known_by_its_names(names: tuple[str, ...], means: Means) -> None:
    assert means_of(names) is means
