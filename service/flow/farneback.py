"""Polynomial expansion flow (Farnebäck, SCIA 2003), with the parameters of OpenCV's CUDA version."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np

from service.flow.estimator import Grey
from service.flow.field import Vectors

PARAMETERS: Mapping[str, Any] = MappingProxyType(
    {
        "numLevels": 5,
        "pyrScale": 0.5,
        "fastPyramids": False,
        "winSize": 13,
        "numIters": 10,
        "polyN": 5,
        "polySigma": 1.1,
        "flags": 0,
    }
)


class FarnebackFlow:
    """OpenCV's Farnebäck; under-estimates motion on soft pictures (stack notes, section 5)."""

    def __init__(self) -> None:
        self._farneback = cv2.FarnebackOpticalFlow.create(**PARAMETERS)

    def __call__(self, source: Grey, target: Grey) -> Vectors:
        """See :class:`~service.flow.estimator.FlowEstimator`."""
        return np.asarray(self._farneback.calc(source, target, None), np.float32)
