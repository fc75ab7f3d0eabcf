from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from service.device_thread import DeviceThread
from service.networks.cuda_choices import CudaChoices
from service.networks.device import Device, DeviceUnavailable
from service.networks.opening import open_network


def test_on_the_cpu_it_is_the_plain_network(models_dir: Path, astronaut: np.ndarray) -> None:
    thread = DeviceThread("unused")
    network = open_network(models_dir / "blazepose-full.onnx", Device.CPU, 1, CudaChoices(), thread)
    assert network.device == "cpu"
    assert network.heatmaps([astronaut[:256, :256]] * 3, live=False).shape == (3, 39, 64, 64)
    thread.close()


def test_without_a_card_cuda_is_refused(models_dir: Path) -> None:
    thread = DeviceThread("unused")
    try:
        device = open_network(
            models_dir / "blazepose-full.onnx", Device.AUTO, 1, CudaChoices(), thread
        ).device
        if device != "cpu":
            pytest.skip("this machine has a card, where nothing falls back")
        with pytest.raises(DeviceUnavailable, match="FLOWPOSE_DEVICE=cuda"):
            open_network(models_dir / "blazepose-full.onnx", Device.CUDA, 1, CudaChoices(), thread)
    finally:
        thread.close()
