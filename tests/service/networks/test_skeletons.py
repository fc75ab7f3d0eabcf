from __future__ import annotations

import numpy as np
import pytest

from service.networks.skeletons import MEANS, SKELETONS, SkeletonName, to_skeleton

LIMBS = [f"{side}_{joint}" for side in ("left", "right") for joint in ("shoulder", "elbow", "wrist")]
UNKNOWN = {  # of a body seen as 33 joints
    SkeletonName.BLAZEPOSE33: [],
    SkeletonName.COCO17: [],
    SkeletonName.BODY25: ["left_small_toe", "right_small_toe"],
    SkeletonName.JHMDB15: [],
    SkeletonName.POSETRACK17: ["head_top"],
    SkeletonName.UPPER7: [],
}


@pytest.mark.parametrize("name", list(SkeletonName))
def test_a_skeleton_holds_together(name: SkeletonName) -> None:
    skeleton = SKELETONS[name]
    count = len(skeleton.joints)
    assert skeleton.name == name
    assert name.endswith(str(count))
    assert len(set(skeleton.joints)) == count
    assert {joint for edge in skeleton.edges for joint in edge} <= set(range(count))
    assert len(set(map(frozenset, skeleton.edges))) == len(skeleton.edges)


@pytest.mark.parametrize("name", list(SkeletonName))
def test_a_mirrored_skeleton_swaps_left_and_right(name: SkeletonName) -> None:
    joints = SKELETONS[name].joints
    swapped = {joint for pair in SKELETONS[name].swaps for joint in pair}
    assert {n for n, joint in enumerate(joints) if "left" in joint or "right" in joint} == swapped
    for one, other in SKELETONS[name].swaps:
        mirrored = joints[one].replace("left", "_").replace("right", "left").replace("_", "right", 1)
        assert {joints[one].replace("left", "*").replace("right", "*")} == {
            joints[other].replace("left", "*").replace("right", "*")
        }, mirrored


@pytest.mark.parametrize("name", list(SkeletonName))
def test_a_skeleton_becomes_itself(name: SkeletonName) -> None:
    joints = to_skeleton(SKELETONS[name].joints, name)
    points = np.random.default_rng(1).uniform(0, 900, (len(joints.known), 2)).astype(np.float32)
    np.testing.assert_array_equal(joints.points(points), points)


@pytest.mark.parametrize("source", list(SkeletonName))
@pytest.mark.parametrize("target", list(SkeletonName))
def test_arms_are_carried_between_all_of_them(source: SkeletonName, target: SkeletonName) -> None:
    joints = to_skeleton(SKELETONS[source].joints, target)
    points = np.random.default_rng(2).uniform(0, 900, (len(SKELETONS[source].joints), 2)).astype(np.float32)
    made = joints.points(points)
    for limb in LIMBS:
        given = points[SKELETONS[source].index(limb)]
        np.testing.assert_array_equal(made[SKELETONS[target].index(limb)], given)


@pytest.mark.parametrize("target", list(SkeletonName))
def test_what_blazepose_lacks_is_known(target: SkeletonName) -> None:
    known = to_skeleton(SKELETONS[SkeletonName.BLAZEPOSE33].joints, target).known
    missing = [joint for joint, has in zip(SKELETONS[target].joints, known, strict=True) if not has]
    assert missing == UNKNOWN[target]


def test_means_are_of_joints_that_exist_somewhere() -> None:
    everywhere = {joint for skeleton in SKELETONS.values() for joint in skeleton.joints}
    for name, means in MEANS.items():
        assert set(means) <= set(SKELETONS[name].joints)
        assert {part for ways in means.values() for way in ways for part in way} <= everywhere
