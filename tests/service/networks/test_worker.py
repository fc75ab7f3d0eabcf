from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from service.media.frame import Image
from service.networks.device import Device
from service.networks.heatmap_network import HeatmapNetwork
from service.networks.session import open_session
from service.networks.worker import NetworkWorker


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
def worker(echo: SlowEcho) -> Iterator[NetworkWorker]:
    worker = NetworkWorker(cast(HeatmapNetwork, echo))
    yield worker
    echo.gate.set()
    worker.close()


def hold(echo: SlowEcho, worker: NetworkWorker) -> None:
    """Keep the worker busy with crop 0 until the gate opens."""
    echo.gate.clear()
    worker.ask([crop(0)], live=False)
    time.sleep(0.05)  # it is taken alone only if nothing else waits yet


def test_what_waits_goes_in_one_batch_of_a_known_size(echo: SlowEcho, worker: NetworkWorker) -> None:
    hold(echo, worker)
    answers = [worker.ask([crop(n)], live=False) for n in range(1, 8)]
    echo.gate.set()
    assert [answer.result(5)[0, 0] for answer in answers] == list(range(1, 8))
    assert echo.runs == [[0], [1, 2, 3, 4], [5, 6], [7]]


def test_live_goes_before_files_and_files_fill_up(echo: SlowEcho, worker: NetworkWorker) -> None:
    hold(echo, worker)
    answers = [worker.ask([crop(n)], live=n >= 100) for n in (1, 2, 3, 4, 5, 101, 102, 6, 103, 7)]
    echo.gate.set()
    for answer in answers:
        answer.result(5)
    assert echo.runs[1] == [101, 102, 103, 1, 2, 3, 4, 5]
    assert sorted(mark for run in echo.runs[2:] for mark in run) == [6, 7]


def test_a_request_of_several_people_stays_together(echo: SlowEcho, worker: NetworkWorker) -> None:
    people = worker.lane(live=True).heatmaps([crop(n) for n in (7, 8, 9)])
    np.testing.assert_array_equal(people[:, 0], [7, 8, 9])


def test_one_stream_cannot_crowd_out_another(echo: SlowEcho, worker: NetworkWorker) -> None:
    together = threading.Barrier(3)

    def push(mark: int) -> None:
        lane = worker.lane(live=True)
        together.wait(10)
        for _ in range(20):
            lane.heatmaps([crop(mark)])

    with ThreadPoolExecutor(3) as streams:
        list(streams.map(push, (1, 2, 3)))
    half = [mark for run in echo.runs for mark in run][:30]
    assert all(half.count(mark) >= 5 for mark in (1, 2, 3))


def test_a_failing_run_is_told_to_those_in_it_and_the_worker_goes_on(
    echo: SlowEcho, worker: NetworkWorker
) -> None:
    with pytest.raises(RuntimeError, match="cannot stand"):
        worker.lane(live=True).heatmaps([crop(255)])
    assert worker.lane(live=True).heatmaps([crop(3)])[0, 0] == 3


def test_a_closed_worker_answers_what_waits_and_takes_no_more(echo: SlowEcho) -> None:
    worker = NetworkWorker(cast(HeatmapNetwork, echo))
    hold(echo, worker)
    waiting = worker.ask([crop(5)], live=False)
    threading.Timer(0.05, echo.gate.set).start()
    worker.close()
    worker.close()
    assert waiting.result(0)[0, 0] == 5
    with pytest.raises(RuntimeError, match="closed"):
        worker.ask([crop(6)], live=False)


def test_through_the_worker_the_true_network_answers_the_same(
    models_dir: Path, astronaut: np.ndarray
) -> None:
    network = HeatmapNetwork(open_session(models_dir / "blazepose-full.onnx", Device.CPU, 1))
    worker = NetworkWorker(network)
    crops = [astronaut[n : n + 256, :256].copy() for n in (0, 60, 120)]
    with ThreadPoolExecutor(3) as streams:
        lanes = [worker.lane(live=True) for _ in crops]
        got = list(streams.map(lambda pair: pair[0].heatmaps([pair[1]]), zip(lanes, crops, strict=True)))
    worker.close()
    np.testing.assert_allclose(np.concatenate(got), network.heatmaps(crops), atol=1e-5)
