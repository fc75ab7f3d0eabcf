"""Networks on a real card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from service.device_thread import DeviceThread
from service.networks.bound_network import BoundNetwork
from service.networks.cuda_choices import CudaChoices
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.opening import open_network
from service.networks.session import open_session

pytestmark = pytest.mark.gpu("network")

MODEL = "blazepose-full.onnx"
SAME = 1e-3  # of a heatmap value


@pytest.fixture
def thread() -> Iterator[DeviceThread]:
    thread = DeviceThread("on-card")
    yield thread
    thread.close()


@pytest.fixture(scope="module")
def crops(astronaut: np.ndarray) -> list[np.ndarray]:
    return [astronaut[n : n + 256, n : n + 256].copy() for n in range(0, 256, 64)]


@pytest.fixture(scope="module")
def expected(models_dir: Path, crops: list[np.ndarray]) -> np.ndarray:
    return HeatmapNetwork(open_session(models_dir / MODEL, Device.CPU, 2)).heatmaps(crops)


@pytest.mark.parametrize("graphs", [False, True])
def test_bound_to_the_card_it_answers_as_on_the_cpu(
    models_dir: Path, crops: list[np.ndarray], expected: np.ndarray, thread: DeviceThread, graphs: bool
) -> None:
    session = open_session(models_dir / MODEL, Device.CUDA, 1, CudaChoices(exact=True, graphs=graphs))
    network = BoundNetwork(session, (4, 2, 1), thread)
    network.warm()
    assert network.device == "cuda:0"
    np.testing.assert_allclose(network.heatmaps(crops), expected, atol=SAME)
    np.testing.assert_allclose(network.heatmaps(crops[2:]), expected[2:], atol=SAME)
    np.testing.assert_allclose(network.heatmaps(crops[3:]), expected[3:], atol=SAME)
    np.testing.assert_allclose(network.heatmaps(crops), expected, atol=SAME)


def test_as_it_is_served_it_answers_as_on_the_cpu(
    models_dir: Path, crops: list[np.ndarray], expected: np.ndarray, thread: DeviceThread
) -> None:
    network = open_network(models_dir / MODEL, Device.CUDA, 1, CudaChoices(), thread)
    assert network.device == "cuda:0"
    np.testing.assert_allclose(network.heatmaps(crops[:3], live=True), expected[:3], atol=0.01)  # TF32
