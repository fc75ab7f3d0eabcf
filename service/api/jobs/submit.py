"""`POST /v1/jobs`: put a video into the queue."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.access.client import Client
from service.access.limits import Kind
from service.api.access import Asking
from service.api.documentation import body, problem_responses
from service.api.house import House, InHouse
from service.api.jobs.answers import InJobs, Receiving, accepted, begun
from service.api.jobs.parameters import IdempotencyKey, JobParameters
from service.api.jobs.schemas import JobSchema
from service.api.problems import (
    Busy,
    DiskFull,
    EmptyBody,
    MultipartInvalid,
    ParametersInvalid,
    TooLarge,
    UploadStalled,
    WrongMediaType,
)
from service.api.upload import received
from service.flow import FlowUnavailable
from service.jobs.errors import JobsFull, KeyTaken, QueueFull
from service.jobs.job import Job, JobState, Order
from service.jobs.jobs import Jobs
from service.networks.catalogue import ModelMissing, ModelUnknown, WarperMissing
from service.networks.warper import WarperUnusable

PROBLEMS = (
    *(Busy, EmptyBody, MultipartInvalid, KeyTaken, TooLarge, UploadStalled, WrongMediaType),
    *(ParametersInvalid, ModelUnknown, ModelMissing, FlowUnavailable, WarperMissing, WarperUnusable),
    *(QueueFull, JobsFull, DiskFull),
)
CURL = "curl --data-binary @video.mp4 -H 'Content-Type: video/mp4' http://127.0.0.1:8000/v1/jobs"
BEGUN = {"model": JobSchema, "description": "An upload in parts has begun; `Location` says where they go."}

router = APIRouter()


@router.post(
    "",
    summary="Put a video into the queue",
    status_code=202,
    response_model=JobSchema,
    responses={201: BEGUN, **problem_responses(*PROBLEMS)},
    openapi_extra=body("video/*", CURL),
)
async def submit(
    request: Request,
    parameters: Annotated[JobParameters, Query()],
    house: InHouse,
    jobs: InJobs,
    client: Asking,
    receiving: Receiving,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take the video as `POST /v1/poses` does, and answer as soon as it is here.

    It is worked on in its turn, whether anybody asks or not, and goes on where it was after a restart. Its
    lines are those that `POST /v1/poses` would give.
    """
    options = parameters.to_options(house.settings.model)
    await asyncio.to_thread(house.engine.describe, options)
    order = parameters.to_order(house.settings.model, client, idempotency_key)
    known = await asyncio.to_thread(jobs.known, order)
    if known is not None:
        most = client.limits.max_upload_bytes
        return begun(known, most) if known.state is JobState.UPLOADING else accepted(known)
    client.admit(Kind.JOBS, await asyncio.to_thread(jobs.unfinished, order.holder))
    room = await asyncio.to_thread(jobs.room)
    if parameters.upload is not None:
        most = min(client.limits.max_upload_bytes, room)
        return begun(await asyncio.to_thread(jobs.begin_upload, order), most)
    with receiving.take(client):
        return accepted(await _received(request, house, jobs, client, order, room))


async def _received(
    request: Request, house: House, jobs: Jobs, client: Client, order: Order, room: int
) -> Job:
    """Land the body and make a job of it."""
    here = house.settings.model_copy(update={"temp_dir": jobs.incoming})
    most = client.limits.max_upload_bytes
    try:
        async with received(request, here, ("video/",), min(most, room)) as path:
            return await asyncio.to_thread(jobs.submit, order, path)
    except TooLarge:
        if room < most:
            raise no_room(room) from None
        raise


def no_room(room: int) -> JobsFull:
    """The video is longer than what is left for all jobs."""
    return JobsFull(f"{room:,} bytes are left for jobs; delete jobs that are done, or wait until they go.")
