"""`POST /v1/images`: one picture in, its people's joints out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.access.limits import Limits
from service.api.access import GUARDED, Asking
from service.api.answer import document
from service.api.documentation import body, picture_answers, problem_responses
from service.api.formats import PICTURE_FORMATS, Choice, Source, choose
from service.api.formats.errors import AnswerTooLarge, FormatUnavailable
from service.api.house import House, InHouse
from service.api.parameters import StillParameters
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
from service.api.upload import received
from service.media.errors import NotAnImage, PictureTooLarge
from service.media.frame import VideoInfo
from service.media.sandbox.errors import DECODER_PROBLEMS
from service.networks.catalogue import ModelMissing, ModelUnknown
from service.options import Options

PROBLEMS = (
    *(EmptyBody, MultipartInvalid, UploadStalled, TooLarge, PictureTooLarge, WrongMediaType),
    *(ParametersInvalid, ModelUnknown, NotAnImage, NotAcceptable, Busy, ModelMissing, DiskFull),
    *(FormatUnavailable, AnswerTooLarge, *DECODER_PROBLEMS),
)
ADDRESS = "/v1/images"
CURL = "curl --data-binary @picture.jpg -H 'Content-Type: image/jpeg' http://127.0.0.1:8000/v1/images"

router = APIRouter(tags=["poses"], **GUARDED)


@router.post(
    ADDRESS,
    summary="Joints in one picture",
    response_model=AnswerSchema,
    responses={
        200: picture_answers(),
        **problem_responses(*PROBLEMS),
    },
    openapi_extra=body("image/*", CURL),
)
async def poses_of_picture(
    request: Request, parameters: Annotated[StillParameters, Query()], house: InHouse, client: Asking
) -> Response:
    """Take a JPEG, PNG or WebP picture, and answer as about a video of one frame."""
    accept = request.headers.get("accept", "")
    choice = choose(parameters.format, accept, parameters.skeleton, names=PICTURE_FORMATS)
    options = parameters.to_options(house.settings.model)
    with house.places.take(client):
        limit = min(house.settings.max_picture_bytes, client.limits.max_upload_bytes)
        async with received(request, house.settings, ("image/",), limit) as path:
            answer, headers = await asyncio.to_thread(_answer, path, client.limits, house, options, choice)
    return Response(answer, media_type=choice.media_type, headers=dict(headers))


def _answer(
    path: Path, limits: Limits, house: House, options: Options, choice: Choice
) -> tuple[bytes, Mapping[str, str]]:
    run = house.engine.describe(options)
    image = house.reader.read_image(path, limits.media)
    height, width, _ = image.shape
    info = VideoInfo(width, height, rotation_applied=0, frames_estimated=1, codec="image")
    form = choice.writer(Source("picture", temp_dir=house.settings.temp_dir))
    header = HeaderSchema.from_run(info, run)
    poses = [house.engine.picture(image, options)]
    return b"".join(document(header, poses, form, ADDRESS, choice.skeleton)), form.headers
