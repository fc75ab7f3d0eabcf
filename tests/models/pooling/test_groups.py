from __future__ import annotations

from models.evaluation.joint_map import MEASURED
from models.pooling.groups import GROUPS, JOINTS, LABEL_OF, group_of_joint
from service.networks.blazepose33 import BLAZEPOSE33


def group_of(joint: str) -> str:
    return tuple(GROUPS)[group_of_joint()[BLAZEPOSE33.index(joint)]]


def test_hands_go_with_wrists_and_feet_with_ankles() -> None:
    assert group_of("left_index") == group_of("right_pinky") == "wrist"
    assert group_of("left_foot_index") == group_of("right_heel") == "ankle"
    assert group_of("mouth_left") == group_of("right_eye_outer") == "face"


def test_every_group_has_a_labelled_joint_to_learn_from() -> None:
    groups = group_of_joint()
    assert len(groups) == 33
    assert set(groups[list(JOINTS)]) == set(range(len(GROUPS)))


def test_left_and_right_share_their_weights() -> None:
    groups = group_of_joint()
    assert all(groups[left] == groups[right] for left, right in BLAZEPOSE33.swaps)


def test_labels_are_those_of_the_same_joint() -> None:
    assert MEASURED[LABEL_OF[BLAZEPOSE33.index("left_knee")]] == "left_knee"
    assert MEASURED[LABEL_OF[BLAZEPOSE33.index("nose")]] == "face"
