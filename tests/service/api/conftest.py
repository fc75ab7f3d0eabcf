"""Values as the rooms inside make them."""

from __future__ import annotations

import numpy as np
import pytest

from service.api.schemas import HeaderSchema
from service.engine import RunInfo
from service.media.frame import VideoInfo
from service.networks.skeleton import Skeleton
from service.temporal.pose import FramePoses, Pose

SKELETON = Skeleton("pair", ("left_hand", "right_hand"), ((0, 1),), ((0, 1),))


@pytest.fixture
def header() -> HeaderSchema:
    run = RunInfo("blazepose-full", "ab" * 32, 15, 3, "dis", "sum", "cpu", SKELETON)
    return HeaderSchema.from_run(VideoInfo(640, 480, 90, None, "h264"), run)


@pytest.fixture
def poses() -> FramePoses:
    """Two people; the numbers have more digits than mean anything."""
    joints = np.array([[10.123456, 20.987654], [110.5, 70.25]], np.float32)
    scores = np.array([0.123456, 0.9], np.float32)
    spread = np.array([1.23456, 2.0], np.float32)
    people = (Pose(1, joints, scores, spread), Pose(4, joints + 1, scores, spread))
    return FramePoses(7, 0.23333333333, people, 31)
