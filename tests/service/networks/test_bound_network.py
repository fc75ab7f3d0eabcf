from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from service.device_thread import DeviceThread
from service.networks.bound_network import BoundNetwork
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.session import open_session


@pytest.fixture(scope="module")
def thread() -> Iterator[DeviceThread]:
    thread = DeviceThread("bound")
    yield thread
    thread.close()


@pytest.fixture(scope="module")
def session(models_dir: Path) -> ort.InferenceSession:
    return open_session(models_dir / "blazepose-full.onnx", Device.CPU, 1)


@pytest.fixture(scope="module")
def network(session: ort.InferenceSession, thread: DeviceThread) -> BoundNetwork:
    """Bound to buffers in the CPU's memory: the same calls as on a card."""
    return BoundNetwork(session, (2, 1), thread, memory="cpu")


def test_bound_it_answers_as_the_plain_network(
    network: BoundNetwork, session: ort.InferenceSession, astronaut: np.ndarray
) -> None:
    crops = [astronaut[n : n + 256, :256].copy() for n in (0, 60)]
    np.testing.assert_array_equal(network.heatmaps(crops), HeatmapNetwork(session).heatmaps(crops))
    assert network.device == "cpu"


def test_an_answer_is_not_overwritten_by_the_next(network: BoundNetwork, astronaut: np.ndarray) -> None:
    first = network.heatmaps([astronaut[:256, :256]])
    kept = first.copy()
    network.heatmaps([astronaut[200:456, 200:456]])
    np.testing.assert_array_equal(first, kept)


def test_streams_may_call_it_at_the_same_time(network: BoundNetwork, astronaut: np.ndarray) -> None:
    crops = [astronaut[n : n + 256, :256].copy() for n in range(0, 240, 60)]
    alone = [network.heatmaps([crop]) for crop in crops]
    with ThreadPoolExecutor(4) as streams:
        together = list(streams.map(lambda crop: network.heatmaps([crop]), crops))
    for got, expected in zip(together, alone, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_other_batch_sizes_are_refused(network: BoundNetwork, astronaut: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"3 crops is none of the batch sizes \[1, 2\]"):
        network.heatmaps([astronaut[:256, :256]] * 3)


def test_warming_runs_every_size(network: BoundNetwork) -> None:
    network.warm()
