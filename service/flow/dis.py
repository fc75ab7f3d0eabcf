"""Dense Inverse Search flow (Kroeger et al., ECCV 2016): the default, real time on one core."""

from __future__ import annotations

import cv2
import numpy as np

from service.flow.estimator import Grey
from service.flow.field import Vectors

# Down to full resolution of a small picture, with few patches and no variational refinement: followed over
# 15 frames of a known motion this drifts less than the preset "medium" on the same picture, at half the time
# (tests/benchmarks/flow_drift.py), and poses are as good.
FINEST_SCALE = 0  # the presets stop at half (1) or a quarter (2) of the resolution
PATCH_STRIDE = 6  # pixels; patches are 8 wide
DESCENT_ITERATIONS = 6
REFINEMENT_ITERATIONS = 0


class DisFlow:
    """OpenCV's DIS, tuned for pictures of `view.FLOW_SIZE`."""

    def __init__(self) -> None:
        self._dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._dis.setFinestScale(FINEST_SCALE)
        self._dis.setPatchStride(PATCH_STRIDE)
        self._dis.setGradientDescentIterations(DESCENT_ITERATIONS)
        self._dis.setVariationalRefinementIterations(REFINEMENT_ITERATIONS)

    def __call__(self, source: Grey, target: Grey) -> Vectors:
        """See :class:`~service.flow.estimator.FlowEstimator`."""
        return np.asarray(self._dis.calc(source, target, None), np.float32)
