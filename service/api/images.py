"""`POST /v1/images`: one picture in, its people's joints out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.api.documentation import FRAME, body, json_answer, problem_responses
from service.api.formats import Json
from service.api.house import House, InHouse
from service.api.parameters import PictureParameters
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
from service.api.schemas import AnswerSchema, HeaderSchema
from service.api.upload import received
from service.media.errors import NotAnImage, PictureTooLarge
from service.media.frame import VideoInfo
from service.media.image import read_image
from service.networks.catalogue import ModelMissing, ModelUnknown
from service.options import Options

PROBLEMS = (
    *(EmptyBody, MultipartInvalid, UploadStalled, TooLarge, PictureTooLarge, WrongMediaType),
    *(ParametersInvalid, ModelUnknown, NotAnImage, Busy, ModelMissing, DiskFull),
)
CURL = "curl --data-binary @picture.jpg -H 'Content-Type: image/jpeg' http://127.0.0.1:8000/v1/images"

router = APIRouter(tags=["poses"])


@router.post(
    "/v1/images",
    summary="Joints in one picture",
    response_model=AnswerSchema,
    responses={
        200: {"content": {"application/json": json_answer([{**FRAME, "pooled": 1}])}},
        **problem_responses(*PROBLEMS),
    },
    openapi_extra=body("image/*", CURL),
)
async def poses_of_picture(
    request: Request, parameters: Annotated[PictureParameters, Query()], house: InHouse
) -> Response:
    """Take a JPEG, PNG or WebP picture, and answer as about a video of one frame."""
    options = parameters.to_options(house.settings.model)
    with house.places.take():
        limit = min(house.settings.max_picture_bytes, house.settings.max_upload_bytes)
        async with received(request, house.settings, ("image/",), limit) as path:
            answer = await asyncio.to_thread(_answer, path, house, options)
    return Response(answer, media_type=Json.media_type)


def _answer(path: Path, house: House, options: Options) -> bytes:
    run = house.engine.describe(options)
    image = read_image(path.read_bytes(), house.limits)
    height, width, _ = image.shape
    info = VideoInfo(width, height, rotation_applied=0, frames_estimated=1, codec="image")
    form = Json()
    header = form.header(HeaderSchema.from_run(info, run))
    return header + form.frame(house.engine.picture(image, options)) + form.end(1, 0.0)
