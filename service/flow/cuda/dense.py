"""Calling OpenCV's dense methods: one way for all of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from service.flow.field import Vectors


class Dense:
    """One of OpenCV's `DenseOpticalFlow` objects with its stream and its result, which is used again.

    Parameters
    ----------
    cuda
        `cv2.cuda`.
    stream
        Of the card.
    algorithm
        OpenCV's object.
    """

    def __init__(self, cuda: Any, stream: Any, algorithm: Any) -> None:
        self._stream = stream
        self._algorithm = algorithm
        self._vectors = cuda.GpuMat()

    def flow(self, source: Any, target: Any) -> Vectors:
        """See :class:`~service.flow.cuda.algorithm.Algorithm`."""
        self._vectors = self._algorithm.calc(source, target, self._vectors, self._stream)
        # `download` runs on the null stream and would not wait for ours by itself.
        self._stream.waitForCompletion()
        return np.asarray(self._vectors.download(), np.float32)
