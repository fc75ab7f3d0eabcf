"""Dense Inverse Search flow (Kroeger et al., ECCV 2016): the default, real time on one core."""

from __future__ import annotations

import cv2
import numpy as np

from service.flow.estimator import Grey
from service.flow.field import Vectors


class DisFlow:
    """OpenCV's DIS, preset "medium"."""

    def __init__(self) -> None:
        self._dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def __call__(self, source: Grey, target: Grey) -> Vectors:
        """See :class:`~service.flow.estimator.FlowEstimator`."""
        return np.asarray(self._dis.calc(source, target, None), np.float32)
