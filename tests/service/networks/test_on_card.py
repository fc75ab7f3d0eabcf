"""Networks on a real card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest

from export.computed_half import compute_half
from service.device_thread import DeviceThread
from service.networks.bound_network import BoundNetwork
from service.networks.bytes_in import with_bytes_in
from service.networks.cuda_choices import CudaChoices
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.opening import open_network
from service.networks.session import open_session

pytestmark = pytest.mark.gpu("network")

MODEL = "blazepose-full.onnx"
SAME = 1e-3  # of a heatmap value
HALF = 0.02


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


def test_in_half_precision_it_answers_nearly_as_on_the_cpu(
    models_dir: Path, crops: list[np.ndarray], expected: np.ndarray, thread: DeviceThread, tmp_path: Path
) -> None:
    onnx.save(compute_half(onnx.load(models_dir / MODEL)), tmp_path / "half.onnx")
    network = open_network(tmp_path / "half.onnx", Device.CUDA, 1, CudaChoices(), thread)
    got = network.heatmaps(crops, live=True)
    np.testing.assert_allclose(got, expected, atol=HALF)
    assert np.abs(got - expected).max() > 1e-5, "this was not half precision"


def test_crops_that_are_prepared_on_the_card_are_those_of_the_host(
    models_dir: Path, crops: list[np.ndarray], expected: np.ndarray, thread: DeviceThread
) -> None:
    session = open_session(with_bytes_in(models_dir / MODEL), Device.CUDA, 1, CudaChoices(exact=True))
    network = BoundNetwork(session, (4,), thread)
    np.testing.assert_allclose(network.heatmaps(crops), expected, atol=SAME)


def test_channels_last_is_another_order_of_the_same_sums(
    models_dir: Path, crops: list[np.ndarray], expected: np.ndarray, thread: DeviceThread
) -> None:
    session = open_session(models_dir / MODEL, Device.CUDA, 1, CudaChoices(exact=True, channels_last=True))
    network = BoundNetwork(session, (4,), thread)
    np.testing.assert_allclose(network.heatmaps(crops), expected, atol=SAME)
