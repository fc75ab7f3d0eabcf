"""`GET /v1/jobs/{id}/results`: the lines that are there, and those that come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from service.access.client import Client
from service.access.deadline import Deadline
from service.api.access import Asking, InTime
from service.api.bridge import Bridge
from service.api.documentation import problem_responses
from service.api.formats import FORMATS, FormatName, Ndjson, Source, choose
from service.api.formats.errors import AnswerTooLarge, FormatUnavailable, TooManyPeople
from service.api.house import House, InHouse
from service.api.jobs.answers import InJobs
from service.api.jobs.converted import converted
from service.api.jobs.parameters import JobId, ResultParameters
from service.api.jobs.watching import changes
from service.api.problem_details import MEDIA_TYPE as PROBLEM
from service.api.problem_details import ProblemDetails
from service.api.problems import ParametersInvalid
from service.api.streamed import StreamedAnswer, first_of, with_first
from service.flow import FlowUnavailable
from service.jobs.errors import JobCrashes, JobTooLong, JobUnknown, NothingYet, ResultsDiskFull
from service.jobs.job import Job
from service.jobs.jobs import Jobs
from service.media.errors import VIDEO_PROBLEMS
from service.media.sandbox.errors import DECODER_PROBLEMS, SandboxUnavailable
from service.networks.catalogue import ModelMissing

ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Lines as those of `POST /v1/poses`: `header`, `frame`..., then `end` or `error` if "
        "the job is over, `progress` otherwise.",
        "content": {kind.media_type: {"schema": {"type": "string"}} for kind in FORMATS.values()},
    },
}

PROBLEMS = (JobUnknown, NothingYet, ParametersInvalid, TooManyPeople, FormatUnavailable, AnswerTooLarge)
FAILURES = (  # of jobs before their first frame
    *(ModelMissing, FlowUnavailable, JobTooLong, JobCrashes, ResultsDiskFull),
    *(SandboxUnavailable, *VIDEO_PROBLEMS, *DECODER_PROBLEMS),
)

router = APIRouter()


@router.get(
    "/{job_id}/results",
    summary="The poses, as far as they are",
    responses={**ANSWER, **problem_responses(*PROBLEMS, *FAILURES)},
    response_class=StreamingResponse,
)
async def give_results(
    request: Request,
    job_id: JobId,
    parameters: Annotated[ResultParameters, Query()],
    jobs: InJobs,
    client: Asking,
    deadline: InTime,
    house: InHouse,
) -> Response:
    """Send a line for each frame from `from_frame` on; what was sent once will not change.

    A job that failed before its first frame is answered with its error, as `POST /v1/poses` is.
    """
    job = await asyncio.to_thread(jobs.find, job_id, client.owner)
    if job.error is not None and job.header is None:
        details = ProblemDetails.model_validate_json(job.error)
        return Response(job.error, details.status, media_type=PROBLEM)
    if not parameters.as_kept:
        return await _converted(request, job, parameters, jobs, client, house)
    lines = _Lines(jobs, client.owner, parameters, deadline, request.url.path)
    told = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(lines.of(job), media_type=Ndjson.media_type, headers=told)


async def _converted(
    request: Request, job: Job, wanted: ResultParameters, jobs: Jobs, client: Client, house: House
) -> Response:
    """Answer in another format, with what there is."""
    choice = choose(wanted.format, skeleton=wanted.skeleton)
    if job.header is None:
        raise NothingYet(f"Job {job.id} is {job.state}: there is nothing to make {wanted.format} of yet.")
    async with AsyncExitStack() as held:
        video = None
        if wanted.format is FormatName.MP4:  # which shows it
            try:
                video = await asyncio.to_thread(held.enter_context, jobs.video(job.id))
            except FileNotFoundError:
                raise JobUnknown(f"Job {job.id} is being deleted.") from None
        limits, temp_dir = client.limits.media, house.settings.temp_dir
        form = choice.writer(Source(video=video, limits=limits, temp_dir=temp_dir, reader=house.reader))
        blocks = jobs.blocks(job.id, wanted.from_frame)
        pieces = await held.enter_async_context(
            Bridge(partial(converted, job, blocks, form, choice, request.url.path))
        )
        first = await first_of(pieces, request)
        kept = held.pop_all()
    return StreamedAnswer(with_first(first, pieces), choice.media_type, kept, form.headers)


class _Lines:
    """One answer."""

    def __init__(
        self, jobs: Jobs, holder: str, wanted: ResultParameters, deadline: Deadline, instance: str
    ) -> None:
        self._jobs = jobs
        self._holder = holder
        self._wanted = wanted
        self._deadline = deadline
        self._instance = instance
        self._next = wanted.from_frame
        self._headed = False

    async def of(self, job: Job) -> AsyncIterator[bytes]:
        """The lines of a job; if it goes while they are read, the last one says so."""
        try:
            async for piece in self._follow(job.id) if self._wanted.follow else self._now(job):
                yield piece
        except JobUnknown as problem:
            yield Ndjson().error(ProblemDetails.from_problem(problem, self._instance))

    async def _follow(self, job_id: str) -> AsyncIterator[bytes]:
        async for changed in changes(self._jobs, job_id, self._holder, self._deadline):
            if changed is not None:
                async for piece in self._there(changed):
                    yield piece

    async def _now(self, job: Job) -> AsyncIterator[bytes]:
        async for piece in self._there(job):
            yield piece
        if not job.over:
            yield Ndjson().progress(job.frames, job.frames_estimated)

    async def _there(self, job: Job) -> AsyncIterator[bytes]:
        """What there is and has not been sent."""
        if job.header is not None and not self._headed:
            self._headed = True
            yield job.header.encode()
        blocks = self._jobs.blocks(job.id, self._next)
        while block := await asyncio.to_thread(next, blocks, b""):
            self._next += block.count(b"\n")
            yield block
        if job.over and job.last_line is not None:
            yield job.last_line.encode()
