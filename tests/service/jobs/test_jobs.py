from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service.jobs.claim import Claim, Lost
from service.jobs.errors import (
    JobsFull,
    JobUnknown,
    KeyTaken,
    OffsetMismatch,
    QueueFull,
    UploadBusy,
    UploadOver,
)
from service.jobs.files import FolderFiles
from service.jobs.job import Job, JobState, Order
from service.jobs.jobs import JobLimits, Jobs
from service.jobs.owner import Owner
from service.jobs.sql_store import SqlStore
from service.jobs.sweeper import ORPHAN_S, Sweeper
from service.jobs.uploads import Uploads
from tests.running import eventually

ORDER = Order(options="{}", limits="{}")
LIMITS = JobLimits(max_queued=3, max_bytes=1000, keep_s=3600)


class Counting:
    """Work that writes a number a line, until it is told to stop or has written ten."""

    def __init__(self, files: FolderFiles) -> None:
        self.files = files
        self.go_on = threading.Event()
        self.at_once = 0
        self.most_at_once = 0

    def work(self, claim: Claim, stop: threading.Event) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self._write(claim, stop)
        except Lost:
            pass
        finally:
            self.at_once -= 1

    def _write(self, claim: Claim, stop: threading.Event) -> None:
        with self.files.writer(claim.job.id) as results:
            while results.frames < 10:
                results.append(b"%d\n" % results.frames)
                claim.change(frames=results.frames)
                while not self.go_on.wait(0.01):
                    if stop.is_set():
                        claim.change(state=JobState.QUEUED, owner=None)
                        return
        claim.change(state=JobState.SUCCEEDED, owner=None)


@pytest.fixture
def work(tmp_path: Path) -> Counting:
    return Counting(FolderFiles(tmp_path / "files"))


def opened(work: Counting, folder: Path, workers: int = 1, limits: JobLimits = LIMITS) -> Jobs:
    store = SqlStore(f"sqlite:///{folder / 'jobs.sqlite3'}")
    return Jobs(store, work.files, folder, limits, work.work, workers)


@pytest.fixture
def jobs(work: Counting, tmp_path: Path) -> Iterator[Jobs]:
    with opened(work, tmp_path) as jobs:
        yield jobs


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "video.mp4"
    path.write_bytes(b"v" * 100)
    return path


def comes_to(jobs: Jobs, job: Job, state: JobState) -> bool:
    return eventually(lambda: jobs.find(job.id).state is state)


def numbers(jobs: Jobs, job: Job, first: int = 0) -> list[int]:
    return [int(line) for line in b"".join(jobs.blocks(job.id, first)).splitlines()]


def test_a_job_is_worked_on_and_its_lines_are_there(jobs: Jobs, work: Counting, video: Path) -> None:
    work.go_on.set()
    job = jobs.submit(ORDER, video)
    assert comes_to(jobs, job, JobState.SUCCEEDED)
    assert numbers(jobs, job, 4) == list(range(4, 10))
    assert video.exists(), "the file stays the caller's"


def test_a_job_is_deleted_while_it_runs_with_all_its_files(
    jobs: Jobs, work: Counting, video: Path, tmp_path: Path
) -> None:
    job = jobs.submit(ORDER, video)
    assert comes_to(jobs, job, JobState.RUNNING)
    jobs.cancel(job.id)
    assert work.at_once == 0
    assert work.files.ids() == set()
    with pytest.raises(JobUnknown):
        jobs.cancel(job.id)
    with pytest.raises(JobUnknown):
        jobs.find(job.id)


def test_a_parked_job_goes_on_in_the_next_process(work: Counting, video: Path, tmp_path: Path) -> None:
    with opened(work, tmp_path) as jobs:
        job = jobs.submit(ORDER, video)
        assert eventually(lambda: jobs.find(job.id).frames > 0)
        assert jobs.park(10.0)
        assert jobs.parked
        assert jobs.find(job.id).state is JobState.QUEUED
        began = numbers(jobs, job)
    work.go_on.set()
    with opened(work, tmp_path) as jobs:
        assert comes_to(jobs, job, JobState.SUCCEEDED)
        assert numbers(jobs, job) == list(range(10))
        assert numbers(jobs, job)[: len(began)] == began


def test_two_processes_share_the_work_and_never_a_job(work: Counting, video: Path, tmp_path: Path) -> None:
    limits = replace(LIMITS, max_queued=99)
    with opened(work, tmp_path, 2, limits) as one, opened(work, tmp_path, 2, limits) as other:
        made = [one.submit(ORDER, video) for _ in range(6)]
        assert eventually(lambda: work.at_once == 4)
        work.go_on.set()
        for job in made:
            assert comes_to(other, job, JobState.SUCCEEDED)
            assert numbers(one, job) == list(range(10))
    assert work.most_at_once == 4


def test_no_worker_takes_nothing(work: Counting, video: Path, tmp_path: Path) -> None:
    with opened(work, tmp_path, workers=0) as jobs:
        job = jobs.submit(ORDER, video)
        time.sleep(0.1)
        assert jobs.find(job.id).state is JobState.QUEUED


def test_the_same_key_is_the_same_job(jobs: Jobs, work: Counting, video: Path) -> None:
    mine = replace(ORDER, key="k")
    job = jobs.submit(mine, video)
    known = jobs.known(mine)
    assert known
    assert known.id == job.id
    assert jobs.submit(mine, video).id == job.id
    assert work.files.ids() == {job.id}
    with pytest.raises(KeyTaken):
        jobs.known(replace(mine, options='{"other":1}'))
    assert jobs.known(replace(mine, holder="somebody else")) is None


def test_nobody_sees_the_jobs_of_another(jobs: Jobs, video: Path) -> None:
    job = jobs.submit(replace(ORDER, holder="me"), video)
    assert jobs.find(job.id, "me").id == job.id
    for do in (jobs.find, jobs.cancel):
        with pytest.raises(JobUnknown):
            do(job.id, "you")


def test_the_queue_and_the_room_have_ends(work: Counting, video: Path, tmp_path: Path) -> None:
    with opened(work, tmp_path, workers=0) as jobs:
        assert jobs.room() == 1000
        for _ in range(3):
            jobs.submit(ORDER, video)
        with pytest.raises(QueueFull):
            jobs.room()
        assert jobs.room_left() == 700
        assert jobs.unfinished("") == 3
    with opened(work, tmp_path, 0, replace(LIMITS, max_queued=9, max_bytes=300)) as jobs:
        with pytest.raises(JobsFull):
            jobs.room()
        with pytest.raises(JobsFull):
            jobs.room_left()


def test_a_video_comes_in_parts(jobs: Jobs, work: Counting) -> None:
    work.go_on.set()
    job = jobs.begin_upload(ORDER)
    for part in (b"abc", b"defg"):
        with jobs.uploads.part(job.id, jobs.uploads.offset(job.id)) as file:
            file.write(part)
        jobs.noted(job.id)
    assert jobs.find(job.id).video_bytes == 7
    assert jobs.uploading(job.id, "").id == job.id
    jobs.complete(job.id)
    assert comes_to(jobs, job, JobState.SUCCEEDED)
    with work.files.video(job.id) as path:
        assert path.read_bytes() == b"abcdefg"
    assert jobs.uploads.ids() == set()
    with pytest.raises(UploadOver):
        jobs.uploading(job.id, "")


def test_a_part_must_follow_what_is_there_and_come_alone(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    with uploads.part("job", 0) as file:
        file.write(b"abc")
        with pytest.raises(UploadBusy), uploads.part("job", 3):
            pass
    for offset in (0, 4):
        with pytest.raises(OffsetMismatch, match="3 bytes"), uploads.part("job", offset):
            pass
    assert uploads.offset("job") == 3


def test_what_nobody_needs_is_swept(work: Counting, video: Path, tmp_path: Path) -> None:
    work.go_on.set()
    with opened(work, tmp_path) as jobs:
        over, waits = jobs.submit(ORDER, video), jobs.begin_upload(ORDER)
        assert comes_to(jobs, over, JobState.SUCCEEDED)
    store, uploads, owner = (
        SqlStore(f"sqlite:///{tmp_path / 'jobs.sqlite3'}"),
        Uploads(tmp_path / "uploads"),
        Owner(tmp_path / "owners"),
    )
    work.files.keep("orphan", video)
    (tmp_path / "incoming" / "dead process").mkdir()
    sweeper = Sweeper(store, work.files, uploads, owner, tmp_path / "incoming", keep_s=100)
    now = time.time()
    sweeper.sweep(now)
    assert work.files.ids() == {over.id, "orphan"}
    assert list((tmp_path / "incoming").iterdir()) == []
    sweeper.sweep(now + ORPHAN_S + 1)
    assert work.files.ids() == set()
    assert store.find(over.id) is None
    assert store.find(waits.id) is None
    owner.close()
    store.close()


def test_nothing_is_left_behind(work: Counting, video: Path, tmp_path: Path) -> None:
    work.go_on.set()
    opened(work, tmp_path).close()  # SQLite and imports have what they want to keep
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    with opened(work, tmp_path, workers=3) as jobs:
        job = jobs.submit(ORDER, video)
        assert comes_to(jobs, job, JobState.SUCCEEDED)
        assert jobs.by_state.keys() >= {"queued", "running", "succeeded"}
        jobs.cancel(job.id)
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) == files
    assert {path.name for path in tmp_path.iterdir() if path.is_dir() and any(path.iterdir())} == set()
