"""A job as it goes on, for those who watch it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from service.access.deadline import Deadline
from service.jobs.job import Job
from service.jobs.jobs import Jobs

LOOK_EVERY_S = 0.3


async def changes(
    jobs: Jobs, job_id: str, holder: str, deadline: Deadline, seen: int = 0
) -> AsyncIterator[Job | None]:
    """The job whenever it has changed, until it is over; None now and then while it has not.

    Parameters
    ----------
    seen
        Version that is known already.

    Notes
    -----
    Ends as well when the service stops or the request's time is over: who wants more asks again.

    Raises
    ------
    JobUnknown
        The job has been deleted.
    """
    while True:
        job = await asyncio.to_thread(jobs.find, job_id, holder)
        yield job if job.version != seen else None
        seen = job.version
        if job.over or jobs.parked or deadline.over:
            return
        await asyncio.sleep(LOOK_EVERY_S)
