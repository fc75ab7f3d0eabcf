from __future__ import annotations

import pytest

from models.evaluation.joint_map import MEASURED
from models.pooling.groups import GROUPS, group_of_joint, label_of_joint
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.skeleton import Skeleton
from service.networks.upper7 import UPPER7

SKELETONS = pytest.mark.parametrize("skeleton", [BLAZEPOSE33, UPPER7], ids=lambda each: each.name)


def group_of(joint: str, skeleton: Skeleton = BLAZEPOSE33) -> str:
    return tuple(GROUPS)[group_of_joint(skeleton)[skeleton.index(joint)]]


def test_hands_go_with_wrists_and_feet_with_ankles() -> None:
    assert group_of("left_index") == group_of("right_pinky") == "wrist"
    assert group_of("left_foot_index") == group_of("right_heel") == "ankle"
    assert group_of("mouth_left") == group_of("right_eye_outer") == "face"
    assert group_of("head", UPPER7) == "face"


@SKELETONS
def test_every_group_of_a_skeleton_has_a_labelled_joint_to_learn_from(skeleton: Skeleton) -> None:
    groups = group_of_joint(skeleton)
    assert len(groups) == len(skeleton.joints)
    assert set(groups[list(label_of_joint(skeleton))]) == set(groups)


def test_all_groups_are_of_the_whole_body_and_the_first_ones_of_the_upper() -> None:
    assert set(group_of_joint(BLAZEPOSE33)) == set(range(len(GROUPS)))
    assert set(group_of_joint(UPPER7)) == set(range(4))


@SKELETONS
def test_left_and_right_share_their_weights(skeleton: Skeleton) -> None:
    groups = group_of_joint(skeleton)
    assert all(groups[left] == groups[right] for left, right in skeleton.swaps)


@SKELETONS
def test_labels_are_those_of_the_same_joint(skeleton: Skeleton) -> None:
    labels = label_of_joint(skeleton)
    assert MEASURED[labels[skeleton.index("left_elbow")]] == "left_elbow"
    assert MEASURED[labels[0]] == "face"  # the nose, the head


def test_a_skeleton_without_a_table_of_answers_is_an_error() -> None:
    with pytest.raises(KeyError):
        label_of_joint(Skeleton("hand", ("thumb",), (), ()))
