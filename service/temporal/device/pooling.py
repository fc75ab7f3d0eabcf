"""Warp and pool on the device: what streams share, and a pooler for each."""

from __future__ import annotations

from collections.abc import Sequence

from service.device_thread import DeviceThread
from service.temporal.device.pooler import DevicePooler
from service.temporal.device.sessions import Open, PoolingSessions
from service.temporal.weights import PoolingWeights


class DevicePooling:
    """Makes poolers that share sessions and a thread.

    Parameters
    ----------
    open_
        Opens an ONNX file's content on the device.
    memory
        Where buffers go: ``cuda``, or ``cpu`` to try this without a card.

    Notes
    -----
    The graph is not recorded as a CUDA graph: each person's ring lies elsewhere, and a recording holds for
    one set of addresses only.
    """

    def __init__(self, open_: Open, memory: str = "cuda") -> None:
        self._sessions = PoolingSessions(open_, memory)
        self._thread = DeviceThread("pool-device")

    def pooler(self, weights: PoolingWeights, window: int, hills: Sequence[int] = ()) -> DevicePooler:
        """For one stream, as :class:`service.temporal.pooling.Pooler`."""
        return DevicePooler(self._sessions, self._thread, weights, window, hills)

    def close(self) -> None:
        """End the thread; poolers must not be used after."""
        self._thread.close()
