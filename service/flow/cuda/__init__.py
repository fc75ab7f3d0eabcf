"""Dense optical flow on a CUDA card, by an OpenCV that was built for it: one algorithm per file, chosen here.

What the packages of PyPI call OpenCV has no CUDA; `cv2.cuda` is there, and empty. Nothing in here touches the
card before `Card` has seen that there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from service.flow.cuda.algorithm import Algorithm
from service.flow.cuda.brox import Brox
from service.flow.cuda.farneback import Farneback
from service.flow.cuda.nvof import Nvof
from service.flow.cuda.tvl1 import Tvl1
from service.options import FlowMethod

ALGORITHMS: Mapping[FlowMethod, Callable[[Any, Any], Algorithm]] = MappingProxyType(
    {
        FlowMethod.CUDA_FARNEBACK: Farneback,
        FlowMethod.CUDA_BROX: Brox,
        FlowMethod.CUDA_TVL1: Tvl1,
        FlowMethod.CUDA_NVOF: Nvof,
    }
)
"""Made of `cv2.cuda` and a stream of it."""

__all__ = ["ALGORITHMS", "Algorithm"]
