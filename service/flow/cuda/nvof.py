"""The flow engine beside a card's cores (NVIDIA Optical Flow SDK 2.0; Turing and later)."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from service.flow.field import Vectors
from service.flow.view import FLOW_SIZE

FIXED_POINT = 32.0  # vectors are S10.5: 5 bits after the point


class Nvof:
    """OpenCV's wrapper of it, a vector for every pixel, at the most careful setting.

    An engine is made for one size of picture; a picture of another size gets a new one. Making the first one
    here shows at once whether driver, card and OpenCV can do it.
    """

    in_unit_range: ClassVar[bool] = False

    def __init__(self, cuda: Any, stream: Any) -> None:
        self._cuda = cuda
        self._stream = stream
        self._vectors = cuda.GpuMat()
        self._size = FLOW_SIZE, FLOW_SIZE
        self._engine = self._make()

    def flow(self, source: Any, target: Any) -> Vectors:
        """See :class:`~service.flow.cuda.algorithm.Algorithm`."""
        if tuple(source.size()) != self._size:
            self._engine.collectGarbage()
            self._size = tuple(source.size())
            self._engine = self._make()
        self._vectors, _ = self._engine.calc(source, target, self._vectors)
        self._stream.waitForCompletion()
        return np.asarray(self._vectors.download(), np.float32) / np.float32(FIXED_POINT)

    def _make(self) -> Any:
        return self._cuda.NvidiaOpticalFlow_2_0_create(
            imageSize=self._size,
            perfPreset=self._cuda.NvidiaOpticalFlow_2_0_NV_OF_PERF_LEVEL_SLOW,
            outputGridSize=self._cuda.NvidiaOpticalFlow_2_0_NV_OF_OUTPUT_VECTOR_GRID_SIZE_1,
            inputStream=self._stream,
            outputStream=self._stream,
        )
