"""The sessions of warp and pool on a device, shared by all streams."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import onnxruntime as ort

from service.temporal.device.graph import GraphShape, pooling_model
from service.temporal.device.nodes import copy_model

Open = Callable[[bytes], ort.InferenceSession]
"""Opens an ONNX file's content on the device, or raises DeviceUnavailable."""


class PoolingSessions:
    """Graphs by shape, made and opened when first asked for; for one thread.

    Parameters
    ----------
    open_
        See :data:`Open`.
    memory
        Where buffers go: ``cuda``, or ``cpu`` to try this without a card.
    """

    def __init__(self, open_: Open, memory: str) -> None:
        self.memory = memory
        self._open = open_
        self.copier = cache(self._open_copier)
        self.pooling = cache(self._open_pooling)

    def _open_copier(self, dtype: type[np.generic], rank: int) -> ort.InferenceSession:
        return self._open(copy_model(dtype, rank))

    def _open_pooling(self, shape: GraphShape) -> ort.InferenceSession:
        return self._open(pooling_model(shape))
