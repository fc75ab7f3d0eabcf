from __future__ import annotations

import numpy as np

from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.upper7 import UPPER7
from service.refine.followers import HANGS_ON, go_along
from service.refine.graph import body_of
from service.temporal.pose import Pose


def pose_of(joints: np.ndarray, scores: np.ndarray) -> Pose:
    return Pose(1, joints.astype(np.float32), scores.astype(np.float32), np.ones(len(joints), np.float32))


def test_every_joint_is_in_the_graph_or_hangs_on_one_that_is() -> None:
    in_graph = {BLAZEPOSE33.joints[joint] for joint in body_of(BLAZEPOSE33).joints}
    assert set(HANGS_ON) == set(BLAZEPOSE33.joints) - in_graph
    assert set(HANGS_ON.values()) <= in_graph


def test_fingers_go_along_with_their_wrist_and_nobody_else_moves() -> None:
    rng = np.random.default_rng(0)
    before = pose_of(rng.uniform(0, 200, (33, 2)), np.full(33, 0.8))
    wrist = BLAZEPOSE33.index("left_wrist")
    joints, scores = before.joints.copy(), before.scores.copy()
    joints[wrist] += (30, -20)
    scores[wrist] = 0.3
    after = go_along(pose_of(joints, scores), before, BLAZEPOSE33)
    fingers = [BLAZEPOSE33.index(f"left_{finger}") for finger in ("pinky", "index", "thumb")]
    np.testing.assert_allclose(after.joints[fingers], before.joints[fingers] + (30, -20), rtol=1e-6)
    np.testing.assert_allclose(after.scores[fingers], 0.3)
    others = np.setdiff1d(np.arange(33), [wrist, *fingers])
    np.testing.assert_array_equal(after.joints[others], before.joints[others])
    np.testing.assert_array_equal(after.scores[others], before.scores[others])


def test_a_skeleton_without_fingers_has_no_followers() -> None:
    before = pose_of(np.zeros((7, 2)), np.ones(7))
    after = pose_of(np.ones((7, 2)), np.ones(7))
    assert go_along(after, before, UPPER7) is after
