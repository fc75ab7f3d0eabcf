"""A network on a device that has its own memory: crops and heatmaps go through buffers that stay in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from service.device_thread import DeviceThread
from service.media.frame import Image
from service.networks.device import true_device
from service.networks.heatmap_network import takes_bytes, to_input
from service.temporal.grid import CELLS, INPUT_SIZE

WARM_RUNS = 3  # the first one chooses algorithms, the second records a CUDA graph, the third replays it


@dataclass(frozen=True, slots=True)
class _Place:
    """Buffers of one batch size.

    Attributes
    ----------
    crops
        (N, 3, 256, 256) float32 on the device, or (N, 256, 256, 3) uint8.
    maps
        (N, M, 64, 64) float32 on the device.
    binding
        Both, as the session takes them.
    how
        Under which number a CUDA graph of these buffers is kept.
    """

    crops: ort.OrtValue
    maps: ort.OrtValue
    binding: ort.IOBinding
    how: ort.RunOptions


class BoundNetwork:
    """Crops in, heatmaps out, with onnxruntime's IOBinding; may be called from any thread.

    Parameters
    ----------
    session
        As :class:`~service.networks.heatmap_network.HeatmapNetwork` takes it.
    batches
        Sizes that are run: for each there are buffers from the start, and no others.
    thread
        Does all the work of the session.
    memory
        Where the buffers are: ``cuda``, or ``cpu`` to try this without a card.

    Notes
    -----
    Memory does not creep: buffers are made once, and the arena has seen every shape after :meth:`warm`.
    """

    def __init__(
        self,
        session: ort.InferenceSession,
        batches: Sequence[int],
        thread: DeviceThread,
        memory: str = "cuda",
    ) -> None:
        self._session = session
        self._thread = thread
        self._in_bytes = takes_bytes(session)
        self._places = {size: self._place(size, memory) for size in batches}

    @property
    def device(self) -> str:
        """Where it really runs: ``cpu`` or ``cuda:0``."""
        return true_device(self._session)

    def warm(self) -> None:
        """Run every batch size: algorithms are chosen, memory is taken and graphs are recorded here."""
        blank = np.zeros((INPUT_SIZE, INPUT_SIZE, 3), np.uint8)
        for size in self._places:
            for _ in range(WARM_RUNS):
                self.heatmaps([blank] * size)

    def heatmaps(self, crops: Sequence[Image]) -> NDArray[np.float32]:
        """Run a batch of one of the sizes.

        Parameters
        ----------
        crops
            N images (256, 256, 3) uint8 RGB.

        Returns
        -------
        (N, M, 64, 64) float32 in [0, 1]; the first K are the joints of the model's skeleton.

        Raises
        ------
        ValueError
            There are no buffers for N crops.
        """
        if len(crops) not in self._places:
            raise ValueError(f"{len(crops)} crops is none of the batch sizes {sorted(self._places)}")
        return self._thread.run(self._run, self._places[len(crops)], to_input(crops, self._in_bytes))

    def _run(self, place: _Place, batch: NDArray[np.float32] | NDArray[np.uint8]) -> NDArray[np.float32]:
        place.crops.update_inplace(batch)
        self._session.run_with_iobinding(place.binding, place.how)
        # numpy() of a CPU buffer shows the buffer itself, which the next run overwrites.
        return np.array(place.maps.numpy(), np.float32)

    def _place(self, size: int, memory: str) -> _Place:
        (image,), (heatmaps, *_) = self._session.get_inputs(), self._session.get_outputs()
        crops = ort.OrtValue.ortvalue_from_shape_and_type(*self._input_of(size), memory, 0)
        maps = ort.OrtValue.ortvalue_from_shape_and_type(
            [size, heatmaps.shape[1], CELLS, CELLS], np.float32, memory, 0
        )
        binding = self._session.io_binding()
        binding.bind_ortvalue_input(image.name, crops)
        binding.bind_ortvalue_output(heatmaps.name, maps)
        how = ort.RunOptions()
        how.add_run_config_entry("gpu_graph_id", str(size))
        return _Place(crops, maps, binding, how)

    def _input_of(self, size: int) -> tuple[list[int], type[np.generic]]:
        """Shape and type of the input."""
        if self._in_bytes:
            return [size, INPUT_SIZE, INPUT_SIZE, 3], np.uint8
        return [size, 3, INPUT_SIZE, INPUT_SIZE], np.float32
