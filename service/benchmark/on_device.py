"""A network run on arrays that lie on its device and stay there: no copies, only arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import onnxruntime as ort
from numpy.typing import NDArray

from service.networks.device import true_device


def bound(session: ort.InferenceSession, feeds: Mapping[str, NDArray[Any]]) -> Callable[[], None]:
    """What runs a session once, and comes back when the device is done.

    Parameters
    ----------
    session
        Its outputs stay on the device.
    feeds
        Inputs by name; they go to the device now.
    """
    memory = "cpu" if true_device(session) == "cpu" else "cuda"
    binding = session.io_binding()
    for name, array in feeds.items():
        binding.bind_ortvalue_input(name, ort.OrtValue.ortvalue_from_numpy(array, memory, 0))
    for output in session.get_outputs():
        binding.bind_output(output.name, memory)

    def run() -> None:
        session.run_with_iobinding(binding)
        binding.synchronize_outputs()

    return run
