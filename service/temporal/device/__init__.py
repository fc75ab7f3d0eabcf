"""Warp and pool as one ONNX graph, for a device that is fast at all cells at once.

On a CPU the search of `service.temporal.kernel` is an order of magnitude faster than pooling all cells; a GPU
has all cells done at once, and no use for a search. Both follow the same tracks and give the same joints. The
rings of flow and heatmaps lie in the device's memory: each frame goes there once, and for an answer only what
lies round the peaks comes back.

The graph is made in memory by the `onnx` package, for the sizes at hand, when a stream first needs it.
"""

from __future__ import annotations

from service.temporal.device.pooling import DevicePooling

__all__ = ["DevicePooling"]
