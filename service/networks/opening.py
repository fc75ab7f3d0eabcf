"""From an ONNX file to a network that streams share, on the device where it works."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import onnxruntime as ort

from service.device_thread import DeviceThread
from service.networks.bound_network import BoundNetwork
from service.networks.bytes_in import with_bytes_in
from service.networks.cuda_choices import CudaChoices
from service.networks.device import CUDA_PROVIDER, Device, DeviceUnavailable, providers, true_device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.session import open_session
from service.networks.shared import BATCHES, CUDA_BATCHES, SharedNetwork

LADDER = (CUDA_BATCHES, BATCHES, (1,))  # the next where a card's memory is too small for the one before

logger = logging.getLogger(__name__)


def open_network(
    path: Path, device: Device, threads: int, cuda: CudaChoices, thread: DeviceThread
) -> SharedNetwork:
    """Open a heatmap network and, on CUDA, run every batch size that the card has memory for.

    Parameters
    ----------
    path
        ONNX file.
    device, threads, cuda
        As :func:`service.networks.session.open_session` takes them.
    thread
        For what runs on CUDA.

    Raises
    ------
    DeviceUnavailable
        CUDA was asked for and does not work.
    """
    on_cuda = CUDA_PROVIDER in providers(device)
    session = open_session(with_bytes_in(path) if on_cuda else path, device, threads, cuda)
    if true_device(session) == "cpu":
        return SharedNetwork(HeatmapNetwork(session))
    told = "there is nothing to try"
    for batches in LADDER:
        try:
            return SharedNetwork(_warmed(session, batches, thread), batches)
        except Exception as error:  # onnxruntime's errors have no family; a missing cuDNN shows only here
            told = str(error).splitlines()[0]
            logger.warning("%s cannot run batches of %d on CUDA: %s", path.name, batches[0], told)
    if device is Device.CUDA:
        raise DeviceUnavailable(f"FLOWPOSE_DEVICE=cuda, but {path.name} cannot run there: {told}")
    logger.warning("%s runs on the CPU", path.name)
    return SharedNetwork(HeatmapNetwork(open_session(path, Device.CPU, threads)))


def _warmed(session: ort.InferenceSession, batches: Sequence[int], thread: DeviceThread) -> BoundNetwork:
    network = BoundNetwork(session, batches, thread)
    network.warm()
    return network
