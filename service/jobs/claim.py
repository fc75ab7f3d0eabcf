"""The job in a worker's hands: its row may be changed as long as nobody else has it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from service.jobs.job import Job, JobState
from service.jobs.store import JobStore


class Parked(Exception):  # noqa: N818
    """The service stops: the job is to be left as it is, for whoever comes next."""


class Lost(Exception):  # noqa: N818
    """Somebody else has the job, or it is gone: nothing of it may be written any more."""


class Claim:
    """A job that this process has taken.

    Parameters
    ----------
    store
        Where the job is written down.
    job
        As taken.
    owner
        Who took it.
    leased
        Whether the owner's leases surely hold at this moment.
    """

    def __init__(self, store: JobStore, job: Job, owner: str, leased: Callable[[], bool]) -> None:
        self.job = job
        self._store = store
        self._owner = owner
        self._leased = leased
        self._began = time.monotonic()

    @property
    def worked_s(self) -> float:
        """Seconds of work, those of earlier takers included."""
        return self.job.worked_s + time.monotonic() - self._began

    def check(self) -> None:
        """Raise :class:`Lost` if the lease may have run out: before anything is written."""
        if not self._leased():
            raise Lost

    def change(self, **values: Any) -> None:
        """Set fields of the job, and how long was worked on it.

        Raises
        ------
        Lost
            The job is not ours any more.
        """
        worked_s, now = self.worked_s, time.monotonic()
        changed = self._store.change(
            self.job.id, {JobState.RUNNING}, held_by=self._owner, worked_s=worked_s, **values
        )
        if changed is None:
            raise Lost
        self.job, self._began = changed, now
