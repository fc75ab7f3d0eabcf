"""`GET` and `DELETE` of jobs."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.access import Asking
from service.api.documentation import problem_responses
from service.api.jobs.answers import InJobs
from service.api.jobs.parameters import JobId, PageParameters
from service.api.jobs.schemas import JobPageSchema, JobSchema
from service.api.problems import ParametersInvalid
from service.jobs.errors import JobUnknown

router = APIRouter()


@router.get("", summary="List jobs", responses=problem_responses(ParametersInvalid))
async def list_jobs(
    parameters: Annotated[PageParameters, Query()], jobs: InJobs, client: Asking
) -> JobPageSchema:
    """Show the jobs of your key, newest first; where no keys are in use, all of them."""
    page = await asyncio.to_thread(
        jobs.page, client.owner, parameters.after, parameters.limit, parameters.state
    )
    full = len(page) == parameters.limit
    return JobPageSchema(
        jobs=[JobSchema.from_job(job) for job in page], next=page[-1].number if full else None
    )


@router.get("/{job_id}", summary="How is a job?", responses=problem_responses(JobUnknown, ParametersInvalid))
async def show_job(job_id: JobId, jobs: InJobs, client: Asking) -> JobSchema:
    """Show state, progress and time left."""
    return JobSchema.from_job(await asyncio.to_thread(jobs.find, job_id, client.owner))


@router.delete(
    "/{job_id}",
    summary="Cancel and forget a job",
    status_code=204,
    responses=problem_responses(JobUnknown, ParametersInvalid),
)
async def delete_job(job_id: JobId, jobs: InJobs, client: Asking) -> Response:
    """Stop the job if it runs, and remove its video and its results."""
    await asyncio.to_thread(jobs.cancel, job_id, client.owner)
    return Response(status_code=204)
