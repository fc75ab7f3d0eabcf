"""What every flow method looks like from outside."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.flow.field import Vectors

Grey: TypeAlias = NDArray[np.uint8]
"""(H, W) uint8 grey picture."""


class FlowEstimator(Protocol):
    """Dense flow from one grey picture to another; one object per thread, since methods keep buffers."""

    def __call__(self, source: Grey, target: Grey) -> Vectors:
        """(H, W, 2) float32: where each pixel of ``source`` went in ``target``, x then y, pixels."""
        ...
