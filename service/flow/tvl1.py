"""Duality-based TV-L1 flow (Zach, Pock, Bischof, DAGM 2007): slow, exact on clean pictures."""

from __future__ import annotations

import cv2
import numpy as np

from service.flow.estimator import Grey
from service.flow.field import Vectors


class Tvl1Flow:
    """OpenCV's dual TV-L1 with its defaults."""

    def __init__(self) -> None:
        self._tvl1 = cv2.optflow.DualTVL1OpticalFlow.create()

    def __call__(self, source: Grey, target: Grey) -> Vectors:
        """See :class:`~service.flow.estimator.FlowEstimator`."""
        return np.asarray(self._tvl1.calc(source, target, None), np.float32)
