"""DeepFlow's variational part (Weinzaepfel et al., ICCV 2013): the best on a CPU, not in real time."""

from __future__ import annotations

import cv2
import numpy as np

from service.flow.estimator import Grey
from service.flow.field import Vectors


class DeepFlow:
    """OpenCV's DeepFlow."""

    def __init__(self) -> None:
        self._deepflow = cv2.optflow.createOptFlow_DeepFlow()

    def __call__(self, source: Grey, target: Grey) -> Vectors:
        """See :class:`~service.flow.estimator.FlowEstimator`."""
        return np.asarray(self._deepflow.calc(source, target, None), np.float32)
