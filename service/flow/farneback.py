"""Polynomial expansion flow (Farnebäck, SCIA 2003), with the parameters of OpenCV's CUDA version."""

from __future__ import annotations

import cv2
import numpy as np

from service.flow.estimator import Grey
from service.flow.field import Vectors


class FarnebackFlow:
    """OpenCV's Farnebäck; under-estimates motion on soft pictures (stack notes, section 5)."""

    def __init__(self) -> None:
        self._farneback = cv2.FarnebackOpticalFlow.create(
            numLevels=5,
            pyrScale=0.5,
            fastPyramids=False,
            winSize=13,
            numIters=10,
            polyN=5,
            polySigma=1.1,
            flags=0,
        )

    def __call__(self, source: Grey, target: Grey) -> Vectors:
        """See :class:`~service.flow.estimator.FlowEstimator`."""
        return np.asarray(self._farneback.calc(source, target, None), np.float32)
