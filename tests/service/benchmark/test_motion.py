from __future__ import annotations

import cv2
import numpy as np

from service.benchmark.motion import apart_px, pictures, true_motion
from service.flow.cpu import ESTIMATORS
from service.options import FlowMethod


def test_a_good_method_finds_the_motion_that_is_said_to_be_known() -> None:
    one, two, three = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pictures(128, 3))
    estimate = ESTIMATORS[FlowMethod.DEEPFLOW]()
    assert apart_px(estimate(one, two), true_motion(128)) < 0.15
    assert apart_px(estimate(two, three), true_motion(128)) < 0.15
    assert apart_px(np.zeros((128, 128, 2), np.float32), true_motion(128)) > 0.5
