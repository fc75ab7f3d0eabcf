"""Answers that show a job."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse

from service.api.house import InHouse
from service.api.jobs.schemas import JobSchema, links_of
from service.api.places import Places
from service.jobs.errors import JobsNotShared
from service.jobs.job import Job
from service.jobs.jobs import Jobs

OFFSET, COMPLETE = "Upload-Offset", "Upload-Complete"
YES, NO = "?1", "?0"  # truth in structured fields, RFC 9651


async def jobs_of(request: Request, house: InHouse) -> Jobs:
    """Find the jobs of the application that got the request; it has begun when it has its house.

    Raises
    ------
    JobsNotShared
        It keeps none.
    """
    if request.app.state.jobs is None:
        raise JobsNotShared(
            "This one of several replicas keeps none: the next request may come to another, which would not "
            "know the job. FLOWPOSE_STORE and FLOWPOSE_JOBS_DIR are to be set to what all of them reach."
        )
    return cast(Jobs, request.app.state.jobs)


async def receiving_of(request: Request, house: InHouse) -> Places:
    """Find who may bring a video for a job: apart from those who wait for an answer."""
    return cast(Places, request.app.state.receiving)


InJobs = Annotated[Jobs, Depends(jobs_of)]
Receiving = Annotated[Places, Depends(receiving_of)]


def accepted(job: Job) -> Response:
    """202: the job waits for its turn, or is past it."""
    shown = JobSchema.from_job(job).model_dump(mode="json")
    return JSONResponse(shown, 202, {"Location": links_of(job).self})


def begun(job: Job, limit: int) -> Response:
    """201: there is an upload.

    Parameters
    ----------
    limit
        The most bytes that the whole of it may have.
    """
    shown = JobSchema.from_job(job).model_dump(mode="json")
    headers = {OFFSET: str(job.video_bytes), COMPLETE: NO, "Upload-Limit": f"max-size={limit}"}
    return JSONResponse(shown, 201, {"Location": links_of(job).upload or "", **headers})
