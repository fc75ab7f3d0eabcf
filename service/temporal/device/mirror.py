"""A ring's copy in the device's memory."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray


class Mirror:
    """One array on the device, slot by slot the same as one of the host's.

    Parameters
    ----------
    shape, dtype
        Of the whole, slots first. It starts at zero.
    copier
        Runs `nodes.copy_model` of that type and of one rank less.
    memory
        Where it is: ``cuda`` or ``cpu``.

    Notes
    -----
    What frame lies in a slot is remembered, so that each frame goes to the device once. The array stays where
    it is: sessions are bound to it by its address.
    """

    def __init__(
        self, shape: tuple[int, ...], dtype: type[np.generic], copier: ort.InferenceSession, memory: str
    ) -> None:
        self.value = ort.OrtValue.ortvalue_from_numpy(np.zeros(shape, dtype), memory, 0)
        self._shape = shape[1:]
        self._dtype = dtype
        self._bytes = math.prod(shape[1:]) * np.dtype(dtype).itemsize
        self._copier = copier
        self._memory = memory
        self._held = np.full(shape[0], -1, np.int64)

    def keep(self, slot: int, frame: int, item: NDArray[Any]) -> None:
        """Bring one slot up to date, unless that frame is there already.

        Parameters
        ----------
        slot
            Place along the first axis.
        frame
            Running number of the frame that the item belongs to.
        item
            What lies in the host's slot; one entry of the whole, contiguous.
        """
        if self._held[slot] == frame:
            return
        binding = self._copier.io_binding()
        binding.bind_cpu_input("here", item.reshape(self._shape))
        place = self.value.data_ptr() + slot * self._bytes
        binding.bind_output("there", self._memory, 0, self._dtype, list(self._shape), place)
        self._copier.run_with_iobinding(binding)
        self._held[slot] = frame
