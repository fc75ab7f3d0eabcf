"""Threads that work on jobs, one job each, in the order of the queue."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from service.jobs.claim import Claim
from service.jobs.job import Job
from service.jobs.owner import Owner
from service.jobs.store import JobStore

LEASE_S = 30.0  # for which nobody else may take a job, after the last sign of life from its process
RENEW_EVERY_S = 5.0
LOOK_EVERY_S = 1.0  # for jobs that other processes have put into the queue, or have left

Work = Callable[[Claim, threading.Event], None]

logger = logging.getLogger(__name__)


class Runner:
    """The workers of this process, and the thread that keeps their leases alive.

    Parameters
    ----------
    store
        Where jobs are taken from.
    owner
        Who takes them.
    work
        Works on one job until it is over, or the event is set.
    workers
        Jobs that are worked on at the same time; 0 leaves them to other processes.
    """

    def __init__(self, store: JobStore, owner: Owner, work: Work, workers: int) -> None:
        self._store = store
        self._owner = owner
        self._work = work
        self._parking = threading.Event()
        self._changed = threading.Condition()
        self._stops: dict[str, threading.Event] = {}
        self._renewed = time.monotonic()
        self._workers = [
            threading.Thread(target=self._serve, name=f"job-worker-{n}", daemon=True) for n in range(workers)
        ]
        self._keeper = threading.Thread(target=self._keep, name="job-leases", daemon=True)

    @property
    def running(self) -> set[str]:
        """Jobs in the hands of this process."""
        with self._changed:
            return set(self._stops)

    def start(self) -> None:
        """Begin to take jobs."""
        for thread in (*self._workers, self._keeper):
            thread.start()

    def nudge(self) -> None:
        """There is a new job: look at once."""
        with self._changed:
            self._changed.notify_all()

    def stop(self, id_: str, timeout_s: float) -> bool:
        """Stop the work on one job, if it is here, at its next frame; whether it has stopped in time."""
        with self._changed:
            if id_ in self._stops:
                self._stops[id_].set()
            return self._changed.wait_for(lambda: id_ not in self._stops, timeout_s)

    def park(self, deadline_s: float) -> bool:
        """Take no more jobs and leave those in hand at their next frame, safe, for whoever comes next.

        Parameters
        ----------
        deadline_s
            Seconds to wait for that.

        Returns
        -------
        Whether all have stopped. A job that has not is taken over when this process is gone.
        """
        self._parking.set()
        with self._changed:
            for stop in self._stops.values():
                stop.set()
            self._changed.notify_all()
        end = time.monotonic() + deadline_s
        threads = [thread for thread in (*self._workers, self._keeper) if thread.ident is not None]
        for thread in threads:
            thread.join(max(end - time.monotonic(), 0))
        return not any(thread.is_alive() for thread in threads)

    def _serve(self) -> None:
        """One worker."""
        while not self._parking.is_set():
            try:
                job = self._store.take(self._owner.name, LEASE_S, self._owner.gone(self._store.owners()))
                if job is not None:
                    self._do(job)
                    continue
            except Exception:  # the store is out of reach: it may come back
                logger.exception("a worker goes on after an error")
            with self._changed:
                self._changed.wait(LOOK_EVERY_S)

    def _do(self, job: Job) -> None:
        stop = threading.Event()
        with self._changed:
            self._stops[job.id] = stop
        if self._parking.is_set():
            stop.set()
        try:
            self._work(Claim(self._store, job, self._owner.name, self._leased), stop)
        finally:
            with self._changed:
                del self._stops[job.id]
                self._changed.notify_all()

    def _keep(self) -> None:
        """Renew the leases until all workers have ended."""
        while any(worker.is_alive() for worker in self._workers):
            try:
                self._store.renew(self._owner.name, LEASE_S, self.running)
                self._renewed = time.monotonic()
            except Exception:  # as above; workers stop writing when it lasts
                logger.exception("leases of jobs could not be renewed")
            with self._changed:
                over = self._parking.is_set()
                self._changed.wait(LOOK_EVERY_S / 5 if over else RENEW_EVERY_S)

    def _leased(self) -> bool:
        return time.monotonic() - self._renewed < LEASE_S
