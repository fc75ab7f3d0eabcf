from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from service.media.frame import Image
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.session import open_session
from service.networks.shared import SharedNetwork


class SlowEcho:
    """Stands in for a network where the order of runs matters: its maps are the crops' first pixels."""

    device = "cpu"

    def __init__(self) -> None:
        self.runs: list[list[int]] = []
        self.gate = threading.Event()
        self.gate.set()

    def heatmaps(self, crops: Sequence[Image]) -> np.ndarray:
        self.gate.wait(10)
        marks = [int(crop[0, 0, 0]) for crop in crops]
        if 255 in marks:
            raise RuntimeError("a crop it cannot stand")
        self.runs.append(marks)
        time.sleep(0.002)
        return np.array(marks, np.float32)[:, None]


def crop(mark: int) -> Image:
    return np.full((2, 2, 3), mark, np.uint8)


@pytest.fixture
def echo() -> SlowEcho:
    return SlowEcho()


@pytest.fixture
def network(echo: SlowEcho) -> SharedNetwork:
    return SharedNetwork(cast(HeatmapNetwork, echo))


@pytest.fixture
def streams() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as threads:
        yield threads


def in_line(
    network: SharedNetwork, streams: ThreadPoolExecutor, marks: Sequence[int]
) -> list[Future[np.ndarray]]:
    """One stream after the other gets in line; from 100 on they are live."""
    answers = []
    for mark in marks:
        answers.append(streams.submit(network.heatmaps, [crop(mark)], mark >= 100))
        time.sleep(0.02)
    return answers


def hold(echo: SlowEcho, network: SharedNetwork, streams: ThreadPoolExecutor) -> None:
    """Keep the network busy with crop 0 until the gate opens."""
    echo.gate.clear()
    in_line(network, streams, [0])


def test_what_waits_goes_in_one_batch_of_a_known_size(
    echo: SlowEcho, network: SharedNetwork, streams: ThreadPoolExecutor
) -> None:
    hold(echo, network, streams)
    answers = in_line(network, streams, range(1, 8))
    echo.gate.set()
    assert [answer.result(5)[0, 0] for answer in answers] == list(range(1, 8))
    assert echo.runs == [[0], [1, 2, 3, 4], [5, 6], [7]]


def test_live_goes_before_files_and_files_fill_up(
    echo: SlowEcho, network: SharedNetwork, streams: ThreadPoolExecutor
) -> None:
    hold(echo, network, streams)
    answers = in_line(network, streams, (1, 2, 3, 4, 5, 101, 102, 6, 103, 7))
    echo.gate.set()
    for answer in answers:
        answer.result(5)
    assert echo.runs[1] == [101, 102, 103, 1, 2, 3, 4, 5]
    assert sorted(mark for run in echo.runs[2:] for mark in run) == [6, 7]


def test_a_request_of_several_people_stays_together(echo: SlowEcho, network: SharedNetwork) -> None:
    people = network.lane(live=True).heatmaps([crop(n) for n in (7, 8, 9)])
    np.testing.assert_array_equal(people[:, 0], [7, 8, 9])


def test_one_stream_cannot_crowd_out_another(echo: SlowEcho, network: SharedNetwork) -> None:
    together = threading.Barrier(3)

    def push(mark: int) -> None:
        lane = network.lane(live=True)
        together.wait(10)
        for _ in range(20):
            lane.heatmaps([crop(mark)])

    with ThreadPoolExecutor(3) as streams:
        list(streams.map(push, (1, 2, 3)))
    half = [mark for run in echo.runs for mark in run][:30]
    assert all(half.count(mark) >= 5 for mark in (1, 2, 3))


def test_a_failing_run_is_told_to_those_in_it_and_the_next_goes_on(
    echo: SlowEcho, network: SharedNetwork
) -> None:
    with pytest.raises(RuntimeError, match="cannot stand"):
        network.lane(live=True).heatmaps([crop(255)])
    assert network.lane(live=True).heatmaps([crop(3)])[0, 0] == 3


def test_shared_the_true_network_answers_the_same(models_dir: Path, astronaut: np.ndarray) -> None:
    network = HeatmapNetwork(open_session(models_dir / "blazepose-full.onnx", Device.CPU, 1))
    shared = SharedNetwork(network)
    crops = [astronaut[n : n + 256, :256].copy() for n in (0, 60, 120)]
    with ThreadPoolExecutor(3) as streams:
        lanes = [shared.lane(live=True) for _ in crops]
        got = list(streams.map(lambda pair: pair[0].heatmaps([pair[1]]), zip(lanes, crops, strict=True)))
    np.testing.assert_allclose(np.concatenate(got), network.heatmaps(crops), atol=1e-5)
