from __future__ import annotations

import numpy as np

from service.temporal.pose import Pose


def test_box_and_score_come_from_the_joints() -> None:
    pose = Pose(
        1,
        np.array([[10, 20], [40, 25], [30, 80]], np.float32),
        np.array([0.2, 0.4, 0.9], np.float32),
        np.ones(3, np.float32),
    )
    assert pose.box == (10, 20, 30, 60)
    assert abs(pose.score - 0.5) < 1e-6
