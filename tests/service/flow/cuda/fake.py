"""Stands in for `cv2.cuda` on machines without a card: numpy arrays, the CPU's flow, and OpenCV's own checks.

It complains where the real one would be wrong or would crash: objects of several threads, streams that do not
wait for the null stream, inputs of the wrong type, results read before their stream is done.
"""

from __future__ import annotations

import threading
from typing import Any

import cv2
import numpy as np

from service.flow.cpu import ESTIMATORS
from service.options import FlowMethod


class FakeCuda:
    """`cv2.cuda` with one card, or as many as are said.

    ``uploads`` and ``made`` count; ``broken`` names algorithms that cannot be made; ``stumbles`` lets the
    next upload fail.
    """

    NvidiaOpticalFlow_2_0_NV_OF_PERF_LEVEL_SLOW = 5
    NvidiaOpticalFlow_2_0_NV_OF_OUTPUT_VECTOR_GRID_SIZE_1 = 1

    def __init__(self, devices: int = 1, broken: tuple[str, ...] = ()) -> None:
        self._devices = devices
        self._broken = broken
        self._thread: int | None = None
        self.uploads = 0
        self.stumbles = False
        self.made: list[str] = []
        self.engine_sizes: list[tuple[int, int]] = []

    def getCudaEnabledDeviceCount(self) -> int:  # noqa: N802
        return self._devices

    def GpuMat(self) -> FakeMat:  # noqa: N802
        return FakeMat(self)

    def Stream(self, flags: int = 0) -> FakeStream:  # noqa: N802
        self.here()
        if "stream" in self._broken:
            raise cv2.error("(-217:Gpu API call) the driver is too old")
        assert flags == 0, "a stream that does not wait for the null stream races with Brox"
        return FakeStream(self)

    def FarnebackOpticalFlow_create(self, **parameters: Any) -> FakeFlow:  # noqa: N802
        assert parameters["winSize"] == 13
        return self._make("farneback", np.uint8)

    def BroxOpticalFlow_create(self, **parameters: Any) -> FakeFlow:  # noqa: N802
        assert set(parameters) == {
            *("alpha", "gamma", "scale_factor"),
            *("inner_iterations", "outer_iterations", "solver_iterations"),
        }
        return self._make("brox", np.float32)

    def OpticalFlowDual_TVL1_create(self) -> FakeFlow:  # noqa: N802
        return self._make("tvl1", np.uint8)

    def NvidiaOpticalFlow_2_0_create(self, **parameters: Any) -> FakeEngine:  # noqa: N802
        assert parameters["inputStream"] is parameters["outputStream"]
        self._make("nvof", np.uint8)
        self.engine_sizes.append(parameters["imageSize"])
        return FakeEngine(self, parameters["imageSize"], parameters["outputStream"])

    def here(self) -> None:
        """One thread alone may touch the card."""
        self._thread = self._thread or threading.get_ident()
        assert self._thread == threading.get_ident(), "a second thread touches the card"

    def _make(self, name: str, dtype: type[np.generic]) -> FakeFlow:
        self.here()
        if name in self._broken:
            raise cv2.error(f"OpenCV(5.0.0) {name}.cpp:1: error: (-213) no {name} here\n")
        self.made.append(name)
        return FakeFlow(self, dtype)


class FakeStream:
    def __init__(self, cuda: FakeCuda) -> None:
        self._cuda = cuda
        self.pending: list[FakeMat] = []

    def waitForCompletion(self) -> None:  # noqa: N802
        self._cuda.here()
        for mat in self.pending:
            mat.done = True
        self.pending.clear()

    def work_on(self, mat: FakeMat) -> None:
        mat.done = False
        self.pending.append(mat)


class FakeMat:
    def __init__(self, cuda: FakeCuda) -> None:
        self._cuda = cuda
        self.array: np.ndarray | None = None
        self.done = True

    def size(self) -> tuple[int, int]:
        assert self.array is not None
        return self.array.shape[1], self.array.shape[0]

    def upload(self, array: np.ndarray, stream: FakeStream) -> None:
        self._cuda.here()
        self._cuda.uploads += 1
        if self._cuda.stumbles:
            self._cuda.stumbles = False
            raise cv2.error("(-217:Gpu API call) out of memory")
        self.array = array.copy()
        stream.work_on(self)

    def convertTo(  # noqa: N802
        self, kind: int, alpha: float, beta: float, stream: FakeStream, into: FakeMat
    ) -> FakeMat:
        assert kind == cv2.CV_32F
        assert self.array is not None
        into.array = (self.array * alpha + beta).astype(np.float32)
        stream.work_on(into)
        return into

    def download(self) -> np.ndarray:
        self._cuda.here()
        assert self.done, "the stream was not waited for"
        assert self.array is not None
        return self.array.copy()


class FakeFlow:
    """A `DenseOpticalFlow` that wants one type of picture."""

    def __init__(self, cuda: FakeCuda, dtype: type[np.generic]) -> None:
        self._cuda = cuda
        self._dtype = dtype

    def calc(self, source: FakeMat, target: FakeMat, into: FakeMat, stream: FakeStream) -> FakeMat:
        into.array = self.vectors(source, target)
        stream.work_on(into)
        return into

    def vectors(self, source: FakeMat, target: FakeMat) -> np.ndarray:
        self._cuda.here()
        greys = []
        for mat in (source, target):
            assert mat.done, "the picture may not be there yet"
            assert mat.array is not None
            if mat.array.dtype != self._dtype:
                raise cv2.error(f"(-215:Assertion failed) wrong type {mat.array.dtype}")
            scale = 255 if self._dtype is np.float32 else 1
            assert mat.array.max() * scale > 30, "a picture in the wrong range"
            greys.append(np.round(mat.array * scale).astype(np.uint8))
        return ESTIMATORS[FlowMethod.DIS]()(*greys)


class FakeEngine(FakeFlow):
    """The flow engine: one size of picture, vectors in 32nds of a pixel, and a cost beside them."""

    def __init__(self, cuda: FakeCuda, size: tuple[int, int], stream: FakeStream) -> None:
        super().__init__(cuda, np.uint8)
        self._size = size
        self._stream = stream
        self._usable = True

    def calc(self, source: FakeMat, target: FakeMat, into: FakeMat) -> tuple[FakeMat, FakeMat]:  # type: ignore[override]
        assert self._usable
        assert source.size() == target.size() == self._size
        into.array = np.round(self.vectors(source, target) * 32).astype(np.int16)
        self._stream.work_on(into)
        return into, FakeMat(self._cuda)

    def collectGarbage(self) -> None:  # noqa: N802
        self._usable = False
