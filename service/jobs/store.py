"""Where jobs are written down: the one interface of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from service.jobs.job import Job, JobState, Order


@dataclass(frozen=True, slots=True)
class Totals:
    """What all jobs together are.

    Attributes
    ----------
    bytes
        Of videos and results.
    by_state
        How many jobs there are in each state that has any.
    """

    bytes: int
    by_state: dict[JobState, int]

    @property
    def waiting(self) -> int:
        """Jobs in the queue or about to join it."""
        return self.by_state.get(JobState.QUEUED, 0) + self.by_state.get(JobState.UPLOADING, 0)


class JobStore(Protocol):
    """Keeps jobs; serves any thread, and several processes at once.

    Whatever it has answered is safe from a crash of the process. All changes of a job compare and set: they
    happen only if the job still is as expected, and of several that compete one succeeds.
    """

    def add(self, order: Order, state: JobState, video_bytes: int, id_: str) -> Job:
        """Write down a new job.

        Returns
        -------
        The job; if the order's holder has one under the same key, that one instead.
        """
        ...

    def find(self, id_: str) -> Job | None:
        """One job; None if there is none of this name."""
        ...

    def by_key(self, holder: str, key: str) -> Job | None:
        """The job that somebody ordered under a key."""
        ...

    def page(self, holder: str | None, below: int | None, limit: int, state: JobState | None) -> list[Job]:
        """Jobs that are not cancelled, newest first.

        Parameters
        ----------
        holder
            Whose; None for everybody's.
        below
            Only jobs with smaller numbers; None for all.
        limit
            At most so many.
        state
            Only these, if not None.
        """
        ...

    def change(
        self, id_: str, states: Collection[JobState], held_by: str | None = None, **values: Any
    ) -> Job | None:
        """Set fields of a job if it is in one of these states and, unless None, held by this owner.

        Returns
        -------
        The changed job; None if it was not as expected, and nothing has changed.
        """
        ...

    def take(self, owner: str, lease_s: float, gone: Collection[str]) -> Job | None:
        """Take the job whose turn it is, if there is any, and make it running.

        Parameters
        ----------
        owner
            Who takes it.
        lease_s
            Until when nobody else may, seconds from now.
        gone
            Owners that no longer work: their jobs may be taken before their lease is over.
        """
        ...

    def renew(self, owner: str, lease_s: float, ids: Collection[str]) -> None:
        """Extend the leases of those of these jobs that an owner has."""
        ...

    def owners(self) -> set[str]:
        """Who is working on jobs."""
        ...

    def unfinished(self, holder: str) -> int:
        """How many jobs of somebody are not over."""
        ...

    def totals(self) -> Totals:
        """Sums over all jobs."""
        ...

    def past(self, before_s: float) -> list[Job]:
        """Jobs that were over, or whose upload stood still, before a time; and all that are cancelled."""
        ...

    def drop(self, id_: str) -> None:
        """Forget a job."""
        ...

    def close(self) -> None:
        """Let go of the database; may be called twice."""
        ...
