"""How much memory of the card is taken, by NVIDIA's management library."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

logger = logging.getLogger(__name__)


class GpuMemory:
    """Asks the driver, which answers in microseconds; says nothing where there is no card.

    Parameters
    ----------
    device
        Where networks run: ``cpu`` or ``cuda:0``.

    Notes
    -----
    The driver counts cards as the container sees them, and memory of all processes on the card: a container
    does not learn which of them is its own. Needs ``nvidia-ml-py``, which comes with the extra `gpu`.
    """

    def __init__(self, device: str = "cpu") -> None:
        self._nvml: Any = None
        self._card: Any = None
        if device.startswith("cuda"):
            self._open(int(device.partition(":")[2] or 0))

    def read(self) -> Mapping[str, int]:
        """Bytes ``used`` and ``total``; empty where nobody knows."""
        if self._nvml is None:
            return {}
        try:
            memory = self._nvml.nvmlDeviceGetMemoryInfo(self._card)
        except self._nvml.NVMLError:
            return {}
        return {"used": int(memory.used), "total": int(memory.total)}

    def close(self) -> None:
        """Let go of the driver; safe to call twice."""
        if self._nvml is not None:
            self._nvml.nvmlShutdown()
        self._nvml = None

    def _open(self, index: int) -> None:
        try:
            import pynvml  # type: ignore[import-untyped, import-not-found, unused-ignore]
        except ImportError:
            logger.info("without nvidia-ml-py, /metrics says nothing of the card's memory")
            return
        try:
            pynvml.nvmlInit()
            self._card = pynvml.nvmlDeviceGetHandleByIndex(index)
        except pynvml.NVMLError as error:
            logger.info("/metrics says nothing of the card's memory: %s", error)
            return
        self._nvml = pynvml
