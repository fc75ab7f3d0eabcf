"""`GET /v1/jobs/{id}/events`: a job's progress as server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from service.access.deadline import Deadline
from service.api.access import Asking, InTime
from service.api.documentation import problem_responses
from service.api.jobs.answers import InJobs
from service.api.jobs.parameters import JobId
from service.api.jobs.schemas import JobSchema
from service.api.jobs.watching import changes
from service.api.problems import ParametersInvalid
from service.jobs.errors import JobUnknown
from service.jobs.job import Job
from service.jobs.jobs import Jobs

MEDIA_TYPE = "text/event-stream"
RETRY_MS = 2000
QUIET_S = 10.0  # after which a comment says that the connection lives; proxies cut at 30 s and more
ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events.", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
    204: {"description": "The job is over, and you have had its last event: do not connect again."},
}

router = APIRouter()


@router.get(
    "/{job_id}/events",
    summary="Watch a job",
    responses={**ANSWER, **problem_responses(JobUnknown, ParametersInvalid)},
    response_class=StreamingResponse,
)
async def watch(
    job_id: JobId,
    jobs: InJobs,
    client: Asking,
    deadline: InTime,
    last_event_id: Annotated[
        str | None, Header(description="Id of the last event seen; the job as it was then is not sent again.")
    ] = None,
) -> Response:
    """Send the job as it is, whenever it has changed: event `state` when its state has, `progress` otherwise.

    The last event is that of a job that is over, or `deleted`. An event's id is the job's version; who
    connects again with `Last-Event-ID` gets what is newer.
    """
    job = await asyncio.to_thread(jobs.find, job_id, client.owner)
    seen = int(last_event_id) if last_event_id is not None and last_event_id.isdecimal() else 0
    if job.over and job.version == seen:
        return Response(status_code=204)
    told = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(jobs, job_id, client.owner, deadline, seen), media_type=MEDIA_TYPE, headers=told
    )


async def _events(
    jobs: Jobs, job_id: str, holder: str, deadline: Deadline, seen: int
) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RETRY_MS)
    state, said = None, time.monotonic()
    try:
        async for job in changes(jobs, job_id, holder, deadline, seen):
            if job is not None:
                yield _event(job, "state" if job.state != state else "progress")
                state, said = job.state, time.monotonic()
            elif time.monotonic() - said > QUIET_S:
                yield KEEPALIVE_COMMENT
                said = time.monotonic()
    except JobUnknown:
        yield format_sse_event(event="deleted", data_str="{}")


def _event(job: Job, name: str) -> bytes:
    shown = JobSchema.from_job(job).model_dump_json()
    return format_sse_event(data_str=shown, event=name, id=str(job.version))
