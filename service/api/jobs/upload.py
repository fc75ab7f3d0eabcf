"""Videos in parts: an upload that broke off goes on where it was.

Names and order are those of draft-ietf-httpbis-resumable-upload ("Resumable Uploads for HTTP"), without its
interim responses and without bytes in the request that begins the upload.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request, Response

from service.access.client import Client
from service.api.access import Asking
from service.api.body_sink import RawSink
from service.api.documentation import problem_responses
from service.api.errors import answer_of
from service.api.house import InHouse
from service.api.jobs.answers import COMPLETE, NO, OFFSET, YES, InJobs, Receiving, accepted
from service.api.jobs.parameters import MAX_FRAME, JobId
from service.api.jobs.schemas import JobSchema
from service.api.jobs.submit import no_room
from service.api.problems import Busy, DiskFull, EmptyBody, ParametersInvalid, TooLarge, UploadStalled
from service.api.upload import fill
from service.jobs.errors import JobsFull, JobUnknown, OffsetMismatch, UploadBusy, UploadOver
from service.jobs.job import JobState
from service.jobs.jobs import Jobs

PROBLEMS = (
    *(Busy, JobUnknown, OffsetMismatch, UploadOver, UploadBusy, EmptyBody, TooLarge, UploadStalled),
    *(ParametersInvalid, JobsFull, DiskFull),
)
PARTIAL = {"application/partial-upload": {"schema": {"type": "string", "format": "binary"}}}

UploadOffset = Annotated[int, Header(ge=0, le=MAX_FRAME, description="Bytes that are there already.")]
UploadComplete = Annotated[
    Literal["?0", "?1"], Header(description="`?1` with the last part, which may be empty.")
]

router = APIRouter()


@router.head(
    "/{job_id}/upload",
    summary="How much has come?",
    status_code=204,
    responses=problem_responses(JobUnknown, ParametersInvalid),
)
async def tell(job_id: JobId, jobs: InJobs, client: Asking) -> Response:
    """Say in `Upload-Offset` where the next part begins."""
    job = await asyncio.to_thread(jobs.find, job_id, client.owner)
    open_ = job.state is JobState.UPLOADING
    offset = await asyncio.to_thread(jobs.uploads.offset, job_id) if open_ else job.video_bytes
    headers = {OFFSET: str(offset), COMPLETE: NO if open_ else YES, "Cache-Control": "no-store"}
    return Response(status_code=204, headers=headers)


@router.patch(
    "/{job_id}/upload",
    summary="Send the next part of a video",
    status_code=204,
    responses={
        202: {"model": JobSchema, "description": "It is whole."},
        **problem_responses(*PROBLEMS),
    },
    openapi_extra={"requestBody": {"content": PARTIAL}},
)
async def add_part(
    request: Request,
    job_id: JobId,
    house: InHouse,
    jobs: InJobs,
    client: Asking,
    receiving: Receiving,
    upload_offset: UploadOffset,
    upload_complete: UploadComplete = "?0",
) -> Response:
    """Add bytes to the video; with `Upload-Complete: ?1` the job joins the queue.

    What has come before a connection broke stays: ask by `HEAD`, and go on from there.
    """
    await asyncio.to_thread(jobs.uploading, job_id, client.owner)
    try:
        with receiving.take(client):
            await _append(request, jobs, job_id, upload_offset, client, house.settings.upload_idle_s)
    except OffsetMismatch as problem:
        answer = answer_of(problem, request.url.path)
        answer.headers[OFFSET] = str(await asyncio.to_thread(jobs.uploads.offset, job_id))
        return answer
    except EmptyBody:
        if upload_complete == NO:
            raise
    finally:
        await asyncio.to_thread(jobs.noted, job_id)
    offset = await asyncio.to_thread(jobs.uploads.offset, job_id)
    if upload_complete == NO:
        return Response(status_code=204, headers={OFFSET: str(offset), COMPLETE: NO})
    if offset == 0:
        raise EmptyBody("The upload is complete, and has no bytes.")
    return accepted(await asyncio.to_thread(jobs.complete, job_id))


async def _append(
    request: Request, jobs: Jobs, job_id: str, offset: int, client: Client, idle_s: float
) -> None:
    most = client.limits.max_upload_bytes - offset
    room = await asyncio.to_thread(jobs.room_left)
    try:
        with jobs.uploads.part(job_id, offset) as file:
            await fill(RawSink(file), request, idle_s, min(most, room))
    except TooLarge:
        if room < most:
            raise no_room(room) from None
        raise
