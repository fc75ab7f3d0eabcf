"""All about jobs in one object: what the HTTP edge and the application talk to."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from service.jobs.errors import JobsFull, JobUnknown, KeyTaken, QueueFull, UploadOver
from service.jobs.files import JobFiles
from service.jobs.job import Job, JobState, Order
from service.jobs.owner import Owner
from service.jobs.runner import Runner, Work
from service.jobs.store import JobStore, Totals
from service.jobs.sweeper import Sweeper
from service.jobs.uploads import Uploads

STOP_S = 10.0  # a deleted job's worker is waited for so long; then its files go anyway
COUNT_EVERY_S = 5.0
SWEEP_EVERY_S = 60.0
ALL = frozenset(JobState) - {JobState.CANCELLED}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobLimits:
    """What the operator allows.

    Attributes
    ----------
    max_queued
        Jobs that wait for their turn.
    max_bytes
        Of all videos and results.
    keep_s
        Seconds after its end, or after the last part of its upload, for which a job is kept.
    """

    max_queued: int
    max_bytes: int
    keep_s: float


class Jobs:
    """The jobs of this service; every method may be called from any thread.

    Parameters
    ----------
    store, files
        Where they are kept; closed by nobody else.
    folder
        On a local disk, for what comes in; shared by processes that share the store.
    limits
        See its class.
    work
        Works on one job; see :meth:`service.jobs.work.Workshop.work`.
    workers
        Jobs at the same time.
    """

    def __init__(
        self, store: JobStore, files: JobFiles, folder: Path, limits: JobLimits, work: Work, workers: int
    ) -> None:
        self._store = store
        self._files = files
        self._limits = limits
        self._owner = Owner(folder / "owners")
        self._incoming = folder / "incoming"
        self.incoming = self._incoming / self._owner.name
        self.incoming.mkdir(parents=True)
        self.uploads = Uploads(folder / "uploads")
        self._runner = Runner(store, self._owner, work, workers)
        self._sweeper = Sweeper(store, files, self.uploads, self._owner, self._incoming, limits.keep_s)
        self._seen = store.totals()
        self._over = threading.Event()
        self._housekeeping = threading.Thread(target=self._keep_house, name="job-housekeeping", daemon=True)

    @property
    def parked(self) -> bool:
        """No more work is done here: who follows a job should come back later."""
        return self._over.is_set()

    def start(self) -> None:
        """Begin to work."""
        self._runner.start()
        self._housekeeping.start()

    def park(self, deadline_s: float) -> bool:
        """Leave all jobs at a frame, safe; whether that was done in time. Nothing is worked on after it."""
        self._over.set()
        return self._runner.park(deadline_s)

    def close(self) -> None:
        """Let go of everything; may be called twice."""
        self.park(STOP_S)
        if self._housekeeping.ident is not None:
            self._housekeeping.join()
        shutil.rmtree(self.incoming, ignore_errors=True)
        self._owner.close()
        self._store.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def room(self) -> int:
        """Bytes that further jobs may have.

        Raises
        ------
        QueueFull, JobsFull
            There is no place for one, or no byte.
        """
        totals = self._store.totals()
        if totals.waiting >= self._limits.max_queued:
            raise QueueFull(f"{totals.waiting} jobs are waiting, as many as this server takes.")
        return self._left(totals)

    def room_left(self) -> int:
        """Bytes that an upload under way may still have.

        Raises
        ------
        JobsFull
            None.
        """
        return self._left(self._store.totals())

    def _left(self, totals: Totals) -> int:
        left = self._limits.max_bytes - totals.bytes
        if left <= 0:
            raise JobsFull(f"All {self._limits.max_bytes:,} bytes are taken; delete jobs that are done.")
        return left

    def unfinished(self, holder: str) -> int:
        """How many jobs of somebody are not over."""
        return self._store.unfinished(holder)

    def known(self, order: Order) -> Job | None:
        """The job of an order that was given before, under the same key.

        Raises
        ------
        KeyTaken
            The key stands for an order with other options.
        """
        if order.key is None:
            return None
        job = self._store.by_key(order.holder, order.key)
        if job is not None and job.options != order.options:
            raise KeyTaken(f"Idempotency-Key {order.key!r} is that of job {job.id}, which has other options.")
        return job

    def submit(self, order: Order, video: Path) -> Job:
        """Put an order into the queue.

        Parameters
        ----------
        order
            What is wanted.
        video
            A local file, which stays the caller's.

        Returns
        -------
        The job; an earlier one if its order had the same key.
        """
        id_ = secrets.token_hex(16)
        self._files.keep(id_, video)
        job = self._store.add(order, JobState.QUEUED, video.stat().st_size, id_)
        if job.id != id_:
            self._files.remove(id_)
            self.known(order)
        self._runner.nudge()
        return job

    def begin_upload(self, order: Order) -> Job:
        """A job whose video comes in parts."""
        return self._store.add(order, JobState.UPLOADING, 0, secrets.token_hex(16))

    def uploading(self, id_: str, holder: str | None) -> Job:
        """A job that waits for its video.

        Raises
        ------
        JobUnknown
            There is none of this name.
        UploadOver
            Its video is complete.
        """
        job = self.find(id_, holder)
        if job.state is not JobState.UPLOADING:
            raise UploadOver(f"The video of job {id_} is complete.")
        return job

    def noted(self, id_: str) -> None:
        """A part has come: its size counts, and the upload is kept on."""
        self._store.change(id_, {JobState.UPLOADING}, video_bytes=self.uploads.offset(id_))

    def complete(self, id_: str) -> Job:
        """All parts are there: put the job into the queue.

        Raises
        ------
        JobUnknown
            It was deleted meanwhile.
        UploadOver, UploadBusy
            Another request has done so, or is at it.
        """
        with self.uploads.part(id_, self.uploads.offset(id_)):
            self.uploading(id_, None)
            return self._queue(id_, self.uploads.path(id_))

    def _queue(self, id_: str, path: Path) -> Job:
        self._files.keep(id_, path)
        job = self._store.change(
            id_, {JobState.UPLOADING}, state=JobState.QUEUED, video_bytes=path.stat().st_size
        )
        self.uploads.remove(id_)
        if job is None:
            raise JobUnknown(f"Job {id_} was deleted.")
        self._runner.nudge()
        return job

    def find(self, id_: str, holder: str | None = None) -> Job:
        """One job.

        Parameters
        ----------
        holder
            Who asks; None for somebody who may see all.

        Raises
        ------
        JobUnknown
            There is none of this name that the holder may see.
        """
        job = self._store.find(id_)
        if job is None or job.state is JobState.CANCELLED or holder not in (None, job.holder):
            raise JobUnknown(f"There is no job {id_!r}.")
        return job

    def page(
        self, holder: str | None, below: int | None, limit: int, state: JobState | None = None
    ) -> list[Job]:
        """Jobs, newest first; see :meth:`service.jobs.store.JobStore.page`."""
        return self._store.page(holder, below, limit, state)

    @property
    def by_state(self) -> dict[str, int]:
        """How many jobs there are in each state, some seconds ago: for metrics, which must not wait."""
        return {state.value: self._seen.by_state.get(state, 0) for state in JobState if state in ALL}

    def blocks(self, id_: str, first: int) -> Iterator[bytes]:
        """Lines of frames that are there, from a number on, in blocks of whole lines."""
        return self._files.reader(id_).blocks(first)

    def video(self, id_: str) -> AbstractContextManager[Path]:
        """The job's video as a local file; see :meth:`service.jobs.files.JobFiles.video`."""
        return self._files.video(id_)

    def cancel(self, id_: str, holder: str | None = None) -> None:
        """Stop a job if it runs, and remove all of it.

        Raises
        ------
        JobUnknown
            There is none of this name that the holder may see.
        """
        self.find(id_, holder)
        if self._store.change(id_, ALL, state=JobState.CANCELLED, key=None, owner=None) is None:
            raise JobUnknown(f"There is no job {id_!r}.")
        self._runner.stop(id_, STOP_S)
        self._sweeper.remove(id_)

    def _keep_house(self) -> None:
        swept = time.monotonic() - SWEEP_EVERY_S
        while not self._over.is_set():
            try:
                self._seen = self._store.totals()
                if time.monotonic() - swept >= SWEEP_EVERY_S:
                    swept = time.monotonic()
                    self._sweeper.sweep()
            except Exception:  # the store or the disk is out of reach: it may come back
                logger.exception("old jobs could not be removed")
            self._over.wait(COUNT_EVERY_S)
