"""One video on workers of a real Ray cluster."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from service.cluster.errors import ClusterUnreachable, RayMissing
from service.jobs.together import Together
from service.media.reader import HERE
from service.split import crew, on_ray
from service.split.address import read_address
from service.split.crew import Worker
from service.split.errors import WorkersOutOfMemory, WorkersUnreachable
from service.split.on_ray import Actor, RayWorker, hiring
from service.split.split import split
from service.split.task import Result, Task
from service.temporal.pose import FramePoses
from tests.clusters import ray_here
from tests.running import eventually
from tests.service.split.conftest import LIMITS, OPTIONS, RENEW, Hungry, assert_same, crew_on, given, order_of

TWO = read_address(f"ray://auto?workers=2&segment={RENEW}")


@pytest.fixture(scope="module")
def ray(models_dir: Path) -> Iterator[Any]:
    with ray_here(cores=2) as ray:
        yield ray


class Doomed(RayWorker):
    """Is killed over its first segment."""

    def work(self, task: Task) -> Result:
        process = psutil.Process(self.identity().process)
        begun = process.cpu_times().user
        answer = self._actor.work.remote(task)
        assert eventually(lambda: process.cpu_times().user > begun)
        os.kill(process.pid, signal.SIGKILL)
        result: Result = self._got(answer, None)
        return result


@pytest.mark.usefixtures("ray")
def test_workers_of_a_cluster_answer_as_one_process_does(long_video: Path, alone: list[FramePoses]) -> None:
    together = Together(TWO, HERE)
    address = f"file://{long_video}"  # each worker fetches it, and decodes it in a sandbox
    with (
        together.at_work(address, long_video, OPTIONS, LIMITS) as shared,
        HERE.open_video(long_video, LIMITS) as video,
    ):
        assert_same(list(shared.join(video)), alone)


@pytest.mark.usefixtures("ray")
def test_the_segments_of_a_killed_worker_are_done_by_another(
    long_video: Path, alone: list[FramePoses]
) -> None:
    hired: list[Worker] = []
    with hiring(TWO, order_of(long_video)) as (hire, _):

        def hire_doomed() -> Worker:
            worker = hire()
            assert isinstance(worker, RayWorker)
            hired.append(Doomed(worker._ray, worker._actor) if len(hired) == 1 else worker)
            return hired[-1]

        with crew_on(long_video, hire_doomed) as shared, HERE.open_video(long_video, LIMITS) as video:
            assert_same(list(shared.join(video)), alone)
            assert shared.crew.deaths == 1


def test_a_worker_without_memory_is_told_apart(
    ray: Any, long_video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "TRIES", 1)
    actor = ray.remote(num_cpus=1)(Actor)

    def hire() -> Worker:
        return RayWorker(ray, actor.remote(order_of(long_video), Hungry))

    with crew_on(long_video, hire, workers=1) as shared, HERE.open_video(long_video, LIMITS) as video:
        answers, problem = given(shared.join(video))
    assert answers == []
    assert isinstance(problem, WorkersOutOfMemory)


@pytest.mark.usefixtures("ray")
def test_a_cluster_without_room_is_named(long_video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_ray, "HIRE_S", 1.0)
    many = read_address("ray://auto?workers=1&cpus=64")
    with (
        pytest.raises(WorkersUnreachable, match="fewer free cores"),
        split(many, order_of(long_video), long_video, HERE),
    ):
        pass


def test_nobody_at_the_address_is_told_soon(long_video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nobody = read_address(f"ray://127.0.0.1:{port}")
    with (
        pytest.raises(ClusterUnreachable, match=str(port)),
        split(nobody, order_of(long_video), long_video, HERE),
    ):
        pass


def test_a_machine_without_ray_is_told_what_to_install(
    long_video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with (
        pytest.raises(RayMissing, match=r"flowpose\[ray\]"),
        split(TWO, order_of(long_video), long_video, HERE),
    ):
        pass
