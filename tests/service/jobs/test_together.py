"""A job that many workers do together has the lines of one that this process does alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.engine import Engine
from service.jobs.claim import Claim
from service.jobs.files import FolderFiles, ObjectFiles
from service.jobs.job import Job, JobState, Order
from service.jobs.results import ResultWriter
from service.jobs.sql_store import SqlStore
from service.jobs.together import Together
from service.jobs.work import LIMITS, OPTIONS, Workshop
from service.media.limits import MediaLimits
from service.media.reader import HERE
from service.options import Options
from service.split.address import read_address
from tests.service.jobs.conftest import FRAMES

TOGETHER = Together(read_address("1?segment=20"), HERE)


@dataclass
class Stopping(FolderFiles):
    """A folder after so many lines in which somebody wants the work to stop."""

    def __init__(self, root: Path, stop: threading.Event, after: int) -> None:
        super().__init__(root)
        self._stop, self._after = stop, after

    def writer(self, id_: str) -> ResultWriter:
        writer = super().writer(id_)
        append = writer.append

        def append_and_stop(line: bytes) -> None:
            append(line)
            if writer.frames == self._after:
                self._stop.set()

        writer.append = append_and_stop  # type: ignore[method-assign]
        return writer


Work = Callable[..., tuple[Job, bytes]]


@pytest.fixture
def order() -> Order:
    """With people found anew in the middle of the clip."""
    options = OPTIONS.dump_json(Options(window=3, lookahead=3, renew=20)).decode()
    return Order(options, LIMITS.dump_json(MediaLimits()).decode())


@pytest.fixture
def work(tmp_path: Path, engine: Engine, order: Order) -> Work:
    """Takes a video up as a job, or goes on with the one that is there; gives it and its lines."""
    store = SqlStore(f"sqlite:///{tmp_path / 'jobs.sqlite3'}")

    def work(
        video: Path | None, together: Together | None, stop: threading.Event | None = None, after: int = -1
    ) -> tuple[Job, bytes]:
        stop = stop or threading.Event()
        files = Stopping(tmp_path / "files", stop, after)
        if video is not None:
            id_ = f"job-{store.totals().bytes}-{together is None}"
            files.keep(id_, video)
            store.add(order, JobState.QUEUED, video.stat().st_size, id_)
        job = store.take("a process", 30, set())
        assert job is not None
        shop = Workshop(engine, files, HERE.open_video, 600.0, together)
        shop.work(Claim(store, job, "a process", leased=lambda: True), stop)
        left = store.find(job.id)
        assert left is not None
        return left, b"".join(files.reader(job.id).blocks(0))

    return work


def test_the_lines_are_those_of_one_worker(work: Work, clip: Path) -> None:
    alone, lines = work(clip, None)
    together, same = work(clip, TOGETHER)
    assert (together.state, together.frames, together.error) == (JobState.SUCCEEDED, FRAMES, None)
    assert together.header == alone.header
    assert same == lines


def test_a_job_that_is_stopped_goes_on_where_a_segment_began(work: Work, clip: Path) -> None:
    _, lines = work(clip, None)
    job, some = work(clip, TOGETHER, threading.Event(), 38)
    assert (job.state, job.frames) == (JobState.QUEUED, 38)
    assert json.loads(job.checkpoint or "")["memory"]["frame"] == 20
    job, all_ = work(None, TOGETHER)
    assert job.state is JobState.SUCCEEDED
    assert lines.startswith(some)
    assert all_ == lines


def test_workers_learn_where_the_video_is(tmp_path: Path, clip: Path) -> None:
    folder, objects = FolderFiles(tmp_path / "files"), ObjectFiles("memory://kept", tmp_path / "spool")
    for files in (folder, objects):
        files.keep("a", clip)
    assert Path(folder.address("a")).read_bytes() == clip.read_bytes()
    assert objects.address("a") == "memory:///kept/a/video"
