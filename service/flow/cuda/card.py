"""The card that flow runs on: who may use it, and the one thread that does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2

from service.device_thread import DeviceThread
from service.flow.cuda import ALGORITHMS
from service.flow.cuda.algorithm import Algorithm
from service.flow.cuda.pictures import Pictures
from service.flow.estimator import FlowEstimator, Grey
from service.flow.field import Vectors
from service.options import FlowMethod

BUILT_WITH = "FarnebackOpticalFlow_create"  # is in every OpenCV with CUDA flow and in no other


class Card:
    """Makes estimators that share a thread and a stream.

    OpenCV's CUDA flow is not made for several threads (Brox crashes, its NPP part keeps one stream for the
    whole process), so one thread makes and runs every flow object, and the pictures of all streams take turns
    in it.

    Parameters
    ----------
    cuda
        `cv2.cuda`, with a device: see :func:`why_no_card`.

    Raises
    ------
    cv2.error
        The device cannot be used after all.
    """

    def __init__(self, cuda: Any) -> None:
        self._cuda = cuda
        self._thread = DeviceThread("flow-device")
        # Without flags it waits for the null stream, on which Brox runs in part.
        self._stream = self._thread.run(cuda.Stream)

    def why_not(self, method: FlowMethod) -> str | None:
        """What keeps a CUDA method from running here, found out by making one; None when nothing does."""
        return self._thread.run(self._try, method)

    def estimator(self, method: FlowMethod) -> FlowEstimator:
        """For one stream of pictures."""
        make = ALGORITHMS[method]
        return _Estimator(self._thread, lambda: make(self._cuda, self._stream), self._pictures)

    def close(self) -> None:
        """End the thread; estimators must not be used after."""
        self._thread.close()

    def _try(self, method: FlowMethod) -> str | None:
        try:
            ALGORITHMS[method](self._cuda, self._stream)
        except (cv2.error, AttributeError) as error:
            return f"OpenCV cannot make it: {first_line(error)}"
        return None

    def _pictures(self, algorithm: Algorithm) -> Pictures:
        return Pictures(self._cuda, self._stream, algorithm.in_unit_range)


class _Estimator:
    """A CUDA method behind the interface of all methods; may be called from any thread."""

    def __init__(
        self,
        thread: DeviceThread,
        make: Callable[[], Algorithm],
        room: Callable[[Algorithm], Pictures],
    ) -> None:
        self._thread = thread
        self._algorithm = thread.run(make)
        self._pictures = thread.run(room, self._algorithm)

    def __call__(self, source: Grey, target: Grey) -> Vectors:
        """See :class:`~service.flow.estimator.FlowEstimator`."""
        return self._thread.run(self._estimate, source, target)

    def _estimate(self, source: Grey, target: Grey) -> Vectors:
        return self._algorithm.flow(*self._pictures.pair(source, target))


def first_line(error: Exception) -> str:
    """What an error of OpenCV says."""
    return str(error).strip().splitlines()[0]


def why_no_card(cuda: Any) -> str | None:
    """What keeps OpenCV from using a card; None when nothing does. Touches no card itself.

    Parameters
    ----------
    cuda
        `cv2.cuda`, which every OpenCV has.
    """
    if not hasattr(cuda, BUILT_WITH):
        return "this OpenCV was built without CUDA"
    devices = int(cuda.getCudaEnabledDeviceCount())  # -1 where there is no driver
    return None if devices > 0 else f"OpenCV finds no CUDA card here (it counts {devices})"
