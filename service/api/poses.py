"""`POST /v1/poses`: a video in, every frame's joints out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.access.deadline import Deadline
from service.access.problems import RequestTooLong
from service.api.access import GUARDED, Asking, InTime
from service.api.answer import document, poses_of
from service.api.bridge import Bridge
from service.api.documentation import body, problem_responses, streamed_answers
from service.api.formats import Choice, FileFormat, Format, Source, choose
from service.api.formats.errors import AnswerTooLarge, FormatUnavailable, TooManyPeople
from service.api.house import House, InHouse
from service.api.parameters import VideoParameters
from service.api.problems import (
    Busy,
    DiskFull,
    EmptyBody,
    MultipartInvalid,
    NotAcceptable,
    ParametersInvalid,
    TooLarge,
    UploadStalled,
    WrongMediaType,
)
from service.api.schemas import AnswerSchema, HeaderSchema
from service.api.streamed import StreamedAnswer, first_of, with_first
from service.api.upload import received
from service.engine import RunInfo
from service.flow import FlowUnavailable
from service.media.errors import VIDEO_PROBLEMS
from service.media.limits import MediaLimits
from service.media.sandbox.errors import DECODER_PROBLEMS
from service.networks.catalogue import ModelMissing, ModelUnknown, WarperMissing
from service.networks.skeleton import JointUnknown
from service.networks.warper import WarperUnusable
from service.options import Options

PROBLEMS = (
    *(EmptyBody, MultipartInvalid, NotAcceptable, UploadStalled, TooLarge),
    *(WrongMediaType, ParametersInvalid, ModelUnknown),
    *(WarperMissing, Busy, ModelMissing, WarperUnusable, DiskFull),
    *(JointUnknown, FlowUnavailable, TooManyPeople, FormatUnavailable, AnswerTooLarge, RequestTooLong),
    *VIDEO_PROBLEMS,
    *DECODER_PROBLEMS,
)
CURL = "curl --data-binary @video.mp4 -H 'Content-Type: video/mp4' http://127.0.0.1:8000/v1/poses"

router = APIRouter(tags=["poses"], **GUARDED)


@router.post(
    "/v1/poses",
    summary="Joints of every frame of a video",
    response_model=AnswerSchema,
    responses={200: streamed_answers(), **problem_responses(*PROBLEMS)},
    openapi_extra=body("video/*", CURL),
)
async def poses_of_upload(
    request: Request,
    parameters: Annotated[VideoParameters, Query()],
    house: InHouse,
    client: Asking,
    deadline: InTime,
) -> Response:
    """Take mp4/mov, mkv/webm, avi or mpeg-ts with H.264, HEVC, VP8, VP9, AV1, MPEG-4 or MJPEG.

    There is one frame object for each decoded frame, in order; nobody in view is an empty `people`.
    A client that goes away ends the work.
    """
    choice = _choice(request, parameters)
    options = parameters.to_options(house.settings.model)
    run = await asyncio.to_thread(house.engine.describe, options)
    async with AsyncExitStack() as held:
        held.enter_context(house.places.take(client))
        path = await held.enter_async_context(
            received(request, house.settings, ("video/",), client.limits.max_upload_bytes)
        )
        limits = client.limits.media
        source = Source(video=path, limits=limits, temp_dir=house.settings.temp_dir, reader=house.reader)
        form = choice.writer(source)
        work = partial(_answer, path, limits, deadline, house, options, run, form, choice, request.url.path)
        pieces = await held.enter_async_context(Bridge(work))
        # A video that cannot be opened ends here, with a status of its own.
        first = await first_of(pieces, request)
        kept = held.pop_all()
    return StreamedAnswer(with_first(first, pieces), choice.media_type, kept, form.headers)


def _choice(request: Request, parameters: VideoParameters) -> Choice:
    accept = request.headers.get("accept", "")
    return choose(parameters.format, accept, parameters.skeleton, parameters.heatmap)


def _answer(
    path: Path,
    limits: MediaLimits,
    deadline: Deadline,
    house: House,
    options: Options,
    run: RunInfo,
    form: Format | FileFormat,
    choice: Choice,
    instance: str,
    cancelled: threading.Event,
) -> Iterator[bytes]:
    """Open the video and write the answer; runs in a thread of its own."""
    with (
        house.reader.open_video(path, limits) as video,
        poses_of(video, house.engine, options, cancelled) as poses,
    ):
        header = HeaderSchema.from_run(video.info, run)
        in_time = deadline.until(house.drain.until_cut(poses))
        yield from document(header, in_time, form, instance, choice.skeleton, cancelled)
