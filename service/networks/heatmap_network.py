"""A network that turns crops into heatmaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from service.media.frame import Image
from service.networks.device import true_device


class Network(Protocol):
    """Crops in, heatmaps out, wherever it runs."""

    @property
    def device(self) -> str:
        """Where it really runs: ``cpu`` or ``cuda:0``."""

    def heatmaps(self, crops: Sequence[Image]) -> NDArray[np.float32]:
        """See :meth:`HeatmapNetwork.heatmaps`."""


class HeatmapNetwork:
    """Crops in, heatmaps out; stateless, may be called from several threads.

    Parameters
    ----------
    session
        One image input (N, 3, 256, 256) float32 RGB in [0, 1], or what `service.networks.bytes_in` makes of
        that; first output (N, M, 64, 64) float32 in [0, 1].
    """

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session
        self._in_bytes = takes_bytes(session)
        self._input: str = session.get_inputs()[0].name
        self._output: str = session.get_outputs()[0].name

    @property
    def device(self) -> str:
        """Where it really runs: ``cpu`` or ``cuda:0``."""
        return true_device(self._session)

    def heatmaps(self, crops: Sequence[Image]) -> NDArray[np.float32]:
        """Run a batch.

        Parameters
        ----------
        crops
            N images (256, 256, 3) uint8 RGB.

        Returns
        -------
        (N, M, 64, 64) float32 in [0, 1]; the first K are the joints of the model's skeleton.
        """
        (maps,) = self._session.run([self._output], {self._input: to_input(crops, self._in_bytes)})
        return np.asarray(maps, np.float32)


def takes_bytes(session: ort.InferenceSession) -> bool:
    """Whether a network wants crops as `service.networks.bytes_in` says, and prepares them itself."""
    return bool(session.get_inputs()[0].type == "tensor(uint8)")


def to_input(crops: Sequence[Image], in_bytes: bool) -> NDArray[np.float32] | NDArray[np.uint8]:
    """N crops (256, 256, 3) uint8 in one array: as they are, or as :func:`to_batch` makes them."""
    return np.stack(crops) if in_bytes else to_batch(crops)


def to_batch(crops: Sequence[Image]) -> NDArray[np.float32]:
    """What networks take: (N, 3, 256, 256) float32 RGB in [0, 1] of N crops (256, 256, 3) uint8."""
    # Eight times faster than cv2.dnn.blobFromImages.
    batch = np.ascontiguousarray(np.stack(crops).transpose(0, 3, 1, 2), dtype=np.float32)
    batch *= np.float32(1 / 255)
    return batch
