"""No motion at all: what `flow=none` carries labels by."""

from __future__ import annotations

import numpy as np

from service.flow.field import FlowPair
from service.media.frame import Image
from service.people.box import Box


class Still:
    """Says of any two pictures that nothing moved; stands where :class:`~service.flow.motion.Motion` does."""

    def between(self, index: int, source: Image, target: Image, boxes: list[Box]) -> FlowPair:
        """Zero flow; see :meth:`service.flow.motion.Motion.between`."""
        zero = np.zeros((2, 2, 2), np.float32)
        return FlowPair(zero, zero, np.eye(2, 3))
