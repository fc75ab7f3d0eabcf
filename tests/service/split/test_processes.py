"""One video on several real processes: always the answer of one."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path

import onnx
import psutil
import pytest

from service.engine import Engine
from service.media.errors import VideoDamaged
from service.media.reader import HERE
from service.split import crew as crews
from service.split.crew import Crew
from service.split.errors import VideoOutOfReach, WorkersDied, WorkersDiffer, WorkersOutOfMemory
from service.split.processes import ProcessWorker
from service.split.task import Result, Task
from service.temporal.pose import FramePoses
from service.video_poses import poses_of_video
from tests.running import eventually
from tests.service.split.conftest import LIMITS, OPTIONS, RENEW, Hungry, assert_same, crew_on, given, order_of
from tests.videos import flip_bytes


class Doomed(ProcessWorker):
    """Is killed over the second segment."""

    def work(self, task: Task) -> Result:
        if task.segment.number == 1:
            self._line.send(task)
            process = psutil.Process(self.pid)
            begun = process.cpu_times().user
            assert eventually(lambda: process.cpu_times().user > begun)
            os.kill(self.pid, signal.SIGKILL)
            return self._asked(None)  # type: ignore[no-any-return]
        return super().work(task)


def test_the_joined_answer_is_that_of_one_process(long_video: Path, alone: list[FramePoses]) -> None:
    with crew_on(long_video, partial(ProcessWorker, order_of(long_video))) as shared:
        with HERE.open_video(long_video, LIMITS) as video:
            join = shared.join(video)
            assert_same(list(join), alone)
        assert {person.id for answer in alone for person in answer.people} == {1, 2}, "the cut was seen"
        processes = {worker.pid for worker in shared.crew._all if isinstance(worker, ProcessWorker)}
    assert (join.tally.segments, join.tally.delivered) == (5, 100)
    assert join.tally.mended == 1, "the track that the blur did not end begins the next segment again"
    assert not any(psutil.pid_exists(process) for process in processes)


def test_a_segment_that_kills_every_worker_is_given_up(
    long_video: Path, alone: list[FramePoses], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crews, "TRIES", 2)
    hire = partial(Doomed, order_of(long_video))
    with (
        crew_on(long_video, hire) as shared,
        HERE.open_video(long_video, LIMITS) as video,
    ):
        answers, problem = given(shared.join(video))
        assert isinstance(problem, WorkersDied)
        assert "2 workers ended over the frames from 36 on" in problem.detail
        assert_same(answers, alone[:36])
        assert shared.crew.deaths == 2


def test_a_worker_without_memory_is_told_apart(long_video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "TRIES", 1)
    hire = partial(ProcessWorker, order_of(long_video), bench=Hungry)
    with crew_on(long_video, hire, workers=1) as shared, HERE.open_video(long_video, LIMITS) as video:
        answers, problem = given(shared.join(video))
    assert answers == []
    assert isinstance(problem, WorkersOutOfMemory)


def test_a_worker_with_another_network_or_version_is_refused(
    long_video: Path, models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "models"
    other.mkdir()
    (other / "person-detector.onnx").symlink_to(models_dir / "person-detector.onnx")
    network = onnx.load(models_dir / "blazepose-full.onnx")
    network.producer_name = "somebody else"
    onnx.save(network, other / "blazepose-full.onnx")
    with Crew(partial(ProcessWorker, order_of(long_video)), 2) as crew:
        monkeypatch.setenv("FLOWPOSE_DATA_DIR", str(tmp_path))
        worker = crew._taken()  # the one that is there
        with pytest.raises(WorkersDiffer, match=r"sha256 is \w{64} on one and \w{64} on the other"):
            crew._taken()
        worker.close()
        older = replace(crew.identity, flowpose="0.0.1", host="elsewhere", process=1)
        assert crew.identity.differences(older) == {"flowpose": (crew.identity.flowpose, "0.0.1")}


def test_a_worker_says_that_it_cannot_read_the_video(tmp_path: Path) -> None:
    with pytest.raises(VideoOutOfReach, match="there is no such file"):
        Crew(partial(ProcessWorker, order_of(tmp_path / "none.mp4")), 1)


def test_a_damaged_video_ends_as_with_one_process(long_video: Path, tmp_path: Path, engine: Engine) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(long_video.read_bytes())
    flip_bytes(broken, 0.5, 1000)
    order = order_of(broken)
    with HERE.open_video(broken, order.limits) as video:
        theirs, single = given(poses_of_video(video, engine, OPTIONS))
    hire = partial(ProcessWorker, order)
    with (
        crew_on(broken, hire, workers=1, segment=2 * RENEW) as shared,
        HERE.open_video(broken, order.limits) as video,
    ):
        ours, joined = given(shared.join(video))
    assert isinstance(single, VideoDamaged)
    assert isinstance(joined, VideoDamaged)
    assert joined.detail == single.detail
    assert_same(ours, theirs)
