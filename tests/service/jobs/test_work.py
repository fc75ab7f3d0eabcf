"""A job that is stopped at any frame, and taken up by another worker, gives the same answer."""

from __future__ import annotations

import errno
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from service.api.answer import document, poses_of
from service.api.formats import Ndjson
from service.api.schemas import HeaderSchema
from service.engine import Engine
from service.errors import Problem
from service.jobs import scribe
from service.jobs.claim import Claim
from service.jobs.files import FolderFiles
from service.jobs.job import Job, JobState, Order
from service.jobs.results import ResultWriter
from service.jobs.sql_store import SqlStore
from service.jobs.work import LIMITS, MOST_CRASHES, OPTIONS, Workshop
from service.media.frame import Frame
from service.media.limits import MediaLimits
from service.media.opened import Video
from service.media.reader import Here
from tests.service.jobs.conftest import FRAMES
from tests.videos import truncate


@dataclass
class Bench:
    """A store, files and a workshop in a folder."""

    store: SqlStore
    files: FolderFiles
    shop: Workshop

    def submit(self, order: Order, video: Path) -> Job:
        id_ = f"job-{video.stem}-{self.store.totals().waiting}"
        self.files.keep(id_, video)
        return self.store.add(order, JobState.QUEUED, video.stat().st_size, id_)

    def work(self, stop: threading.Event | None = None, shop: Workshop | None = None) -> Job:
        """Take the next job and work on it as a process of its own would."""
        job = self.store.take("a process", 30, set())
        assert job is not None
        claim = Claim(self.store, job, "a process", leased=lambda: True)
        (shop or self.shop).work(claim, stop or threading.Event())
        left = self.store.find(job.id)
        assert left is not None
        return left

    def lines(self, job: Job) -> bytes:
        return b"".join(self.files.reader(job.id).blocks(0))


@pytest.fixture
def bench(tmp_path: Path, engine: Engine) -> Iterator[Bench]:
    store, files = SqlStore(f"sqlite:///{tmp_path / 'jobs.sqlite3'}"), FolderFiles(tmp_path / "files")
    yield Bench(store, files, Workshop(engine, files, Here().open_video, 600.0))
    store.close()


class Stopping(Video):
    """A video after one of whose frames somebody wants the work to stop."""

    def __init__(self, video: Video, at: int, stop: threading.Event) -> None:
        self._video, self._at, self._stop = video, at, stop
        self.time_base, self.info = video.time_base, video.info

    time_base = info = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._video:
            if frame.index == self._at:
                self._stop.set()
            yield frame

    def close(self) -> None:
        self._video.close()


def posted(engine: Engine, order: Order, video: Path) -> list[bytes]:
    """The lines that `POST /v1/poses` answers with."""
    options = OPTIONS.validate_json(order.options)
    with Here().open_video(video, MediaLimits()) as opened, poses_of(opened, engine, options) as poses:
        header = HeaderSchema.from_run(opened.info, engine.describe(options))
        pieces = b"".join(document(header, poses, Ndjson(), "/v1/poses"))
    return [line for line in pieces.splitlines(keepends=True) if b'"type":"progress"' not in line[:20]]


def test_the_lines_are_those_of_the_request(bench: Bench, engine: Engine, order: Order, clip: Path) -> None:
    bench.submit(order, clip)
    job = bench.work()
    header, *frames, end = posted(engine, order, clip)
    assert job.state is JobState.SUCCEEDED
    assert job.header == header.decode()
    assert bench.lines(job) == b"".join(frames)
    assert json.loads(job.last_line or "") | {"seconds": 0, "fps": 0} == json.loads(end) | {
        "seconds": 0,
        "fps": 0,
    }
    assert (job.frames, job.frames_estimated, job.error) == (FRAMES, FRAMES, None)


def test_a_job_that_is_stopped_again_and_again_ends_the_same(
    bench: Bench, engine: Engine, order: Order, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scribe, "REMEMBER_EVERY", 3)
    bench.submit(order, clip)
    kept = b""
    for at in (4, 38, 39):  # the decoder is up to nine frames ahead
        stop = threading.Event()

        def opened(path: Path, limits: MediaLimits, at: int = at, stop: threading.Event = stop) -> Video:
            return Stopping(Here().open_video(path, limits), at, stop)

        job = bench.work(stop, replace(bench.shop, open_video=opened))
        assert job.state is JobState.QUEUED
        assert bench.lines(job).startswith(kept)
        kept = bench.lines(job)
    assert job.checkpoint is not None
    job = bench.work()
    assert bench.lines(job) == b"".join(posted(engine, order, clip)[1:-1])


def test_a_checkpoint_of_another_maker_is_not_used(bench: Bench, order: Order, clip: Path) -> None:
    job = bench.submit(order, clip)
    whole = bench.lines(bench.work())
    folder = bench.files.reader(job.id)._folder  # type: ignore[attr-defined]
    (part,) = folder.iterdir()
    part.write_bytes(b"".join(whole.splitlines(keepends=True)[:30]) + b'{"type":"fra')
    other = '{"maker":"another","memory":{"frame":5,"gaps_s":[],"changes":[],"view":null,"boxes":[],"people":'
    other += '{"here":{},"lost":{},"next_id":9,"unused":[],"look_at":99}}}'
    bench.store.change(job.id, {JobState.SUCCEEDED}, state=JobState.QUEUED, checkpoint=other, frames=30)
    assert bench.lines(bench.work()) == whole


def test_a_damaged_video_succeeds_with_its_error(
    bench: Bench, order: Order, clip: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(clip.read_bytes())
    truncate(cut, 0.6)
    bench.submit(order, cut)
    job = bench.work()
    assert job.state is JobState.SUCCEEDED
    assert 0 < job.frames < FRAMES
    assert json.loads(job.error or "")["type"] == "/problems/video-damaged"
    assert json.loads(job.last_line or "")["instance"] == f"/v1/jobs/{job.id}"


def test_what_is_no_video_fails(bench: Bench, order: Order, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("This is no video.\n" * 100)
    bench.submit(order, text)
    job = bench.work()
    assert (job.state, job.header) == (JobState.FAILED, None)
    assert json.loads(job.error or "")["type"] == "/problems/not-a-video"


class Breaking(Stopping):
    """A video whose decoder breaks down after a while, by no fault of the video."""

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._video:
            if frame.index == self._at:
                raise Problem("The decoder is gone.")
            yield frame


def test_a_fault_of_the_server_fails_the_job_and_keeps_its_lines(
    bench: Bench, order: Order, clip: Path
) -> None:
    def opened(path: Path, limits: MediaLimits) -> Video:
        return Breaking(Here().open_video(path, limits), 6, threading.Event())

    bench.submit(order, clip)
    job = bench.work(shop=replace(bench.shop, open_video=opened))
    assert (job.state, job.frames) == (JobState.FAILED, 6)
    assert bench.lines(job).count(b"\n") == 6
    assert json.loads(job.error or "")["status"] == 500


class FullFiles(FolderFiles):
    """A disk that has room for four lines."""

    def writer(self, id_: str) -> ResultWriter:
        writer = super().writer(id_)
        append = writer.append

        def append_if_there_is_room(line: bytes) -> None:
            if writer.frames == 4:
                raise OSError(errno.ENOSPC, "No space left on device")
            append(line)

        writer.append = append_if_there_is_room  # type: ignore[method-assign]
        return writer


def test_a_full_disk_fails_the_job_and_keeps_its_lines(
    bench: Bench, order: Order, clip: Path, tmp_path: Path
) -> None:
    bench.submit(order, clip)
    job = bench.work(shop=replace(bench.shop, files=FullFiles(tmp_path / "files")))
    assert (job.state, job.frames) == (JobState.FAILED, 4)
    assert json.loads(job.error or "")["type"] == "/problems/results-disk-full"


def test_the_limits_of_the_order_hold(bench: Bench, order: Order, clip: Path) -> None:
    short = LIMITS.dump_json(MediaLimits(max_seconds=1.0)).decode()
    bench.submit(replace(order, limits=short), clip)
    assert json.loads(bench.work().error or "")["type"] == "/problems/video-too-long"


def test_a_job_has_only_so_much_time(bench: Bench, order: Order, clip: Path) -> None:
    bench.submit(order, clip)
    job = bench.work(shop=replace(bench.shop, max_s=0.0))
    assert job.state is JobState.FAILED
    assert json.loads(job.error or "")["type"] == "/problems/job-too-long"


def test_a_job_over_which_processes_die_is_given_up(bench: Bench, order: Order, clip: Path) -> None:
    bench.submit(order, clip)
    for n in range(MOST_CRASHES + 1):
        assert bench.store.take(f"process {n}", -1, set()) is not None
    assert json.loads(bench.work().error or "")["type"] == "/problems/job-crashes"


def test_a_job_that_is_deleted_meanwhile_is_left_alone(bench: Bench, order: Order, clip: Path) -> None:
    job = bench.submit(order, clip)

    def opened(path: Path, limits: MediaLimits) -> Video:
        bench.store.change(job.id, {JobState.RUNNING}, state=JobState.CANCELLED, owner=None)
        return Here().open_video(path, limits)

    left = bench.work(shop=replace(bench.shop, open_video=opened))
    assert (left.state, left.header, left.error) == (JobState.CANCELLED, None, None)
    assert bench.lines(left) == b""
