"""`POST /v1/propagate`: a video and labels on some of its frames in, labels on every frame out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from service.access.deadline import Deadline
from service.access.problems import RequestTooLong
from service.api.access import GUARDED, Asking, InTime
from service.api.bridge import Bridge
from service.api.documentation import problem_responses
from service.api.house import House, InHouse
from service.api.labels import read_document
from service.api.labels.answer import Answer
from service.api.labels.schema import LABELS_EXAMPLE, CarriedLabelsSchema, LabelsSchema
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
from service.api.streamed import StreamedAnswer, with_first
from service.api.upload import received_parts
from service.media.errors import VIDEO_PROBLEMS
from service.media.limits import MediaLimits
from service.media.sandbox.errors import DECODER_PROBLEMS
from service.networks.catalogue import ModelMissing, ModelUnknown
from service.networks.warper import WarperUnusable
from service.options import FlowMethod
from service.propagation import CarriedFrame, Method, warping_for
from service.propagation.errors import (
    FrameOutOfRange,
    KeypointCount,
    LabelsInvalid,
    LabelsUnsuitable,
    MethodUnavailable,
    NoLabels,
    OtherVideo,
    TrackTwice,
    WorkspaceFull,
)
from service.settings import MIB
from service.warping.warping import Warping
from service.watch import watch

MAX_LABEL_BYTES = 8 * MIB  # four people of 17 joints on every seventh frame of a quarter of an hour
MEDIA_TYPE = "application/json"
VIDEO, LABELS = "video", "labels"

PROBLEMS = (
    *(EmptyBody, MultipartInvalid, UploadStalled, TooLarge, WrongMediaType, ParametersInvalid),
    *(LabelsInvalid, KeypointCount, NoLabels, TrackTwice, FrameOutOfRange, OtherVideo),
    *(LabelsUnsuitable, ModelUnknown, MethodUnavailable, Busy, ModelMissing, WarperUnusable, DiskFull),
    *(WorkspaceFull, RequestTooLong, *VIDEO_PROBLEMS, *DECODER_PROBLEMS),
)
CURL = "curl -F video=@walk.mp4 -F labels=@labels.json http://127.0.0.1:8000/v1/propagate"
EXAMPLE: dict[str, Any] = {
    "categories": [{"id": 1, "name": "racket", "keypoints": ["grip", "tip"]}],
    "propagation": {"schema": "flowpose.v1", "method": "flow", "flow": "dis"},
    "annotations": [
        {
            "iscrowd": 0,
            "category_id": 1,
            "track_id": 1,
            "image_id": 3,
            "keypoints": [315.4, 219.1, 2, 362.02, 162.87, 2],
            "num_keypoints": 2,
            "bbox": [315.4, 162.87, 46.62, 56.23],
            "area": 2621.44,
            "score": 0.93,
            "keypoint_scores": [0.97, 0.89],
            "from_frame": 0,
            "from_frames": [0, 7],
            "id": 5,
        }
    ],
    "images": [{"id": 3, "frame_index": 3, "width": 1280, "height": 720, "time_s": 0.12}],
}

router = APIRouter(tags=["labels"], **GUARDED)


class PropagateParameters(BaseModel):
    """How labels are carried."""

    model_config = ConfigDict(extra="forbid")

    method: Method = Field(
        default=Method.FLOW,
        description="`flow` carries points along chained optical flow and needs no network: the points may "
        "be anything. `posewarper` looks for the labelled people and carries their joints, called as in the "
        "model's skeleton, by a network; it is answered `method-unavailable` where there is none.",
    )
    flow: FlowMethod = Field(
        default=FlowMethod.DIS, description="Optical flow; `none` copies the nearest label, for comparison."
    )
    model: str | None = Field(
        default=None,
        description="For `posewarper`: a network of `GET /v1/models` with a `warper_sha256`; the server's "
        "default one, or any that has a PoseWarper, unless said.",
        min_length=1,
    )


def _body() -> dict[str, Any]:
    """Describe the two parts."""
    video = {"type": "string", "format": "binary", "description": "A video file."}
    labels = {"type": "object", "description": LabelsSchema.__doc__, "example": LABELS_EXAMPLE}
    schema = {"type": "object", "properties": {VIDEO: video, LABELS: labels}, "required": [VIDEO, LABELS]}
    content = {"multipart/form-data": {"schema": schema, "encoding": {LABELS: {"contentType": MEDIA_TYPE}}}}
    return {"requestBody": {"required": True, "description": f"For example `{CURL}`.", "content": content}}


@router.post(
    "/v1/propagate",
    summary="Labels of every frame, from labels of some",
    response_model=CarriedLabelsSchema,
    responses={200: {"content": {MEDIA_TYPE: {"example": EXAMPLE}}}, **problem_responses(*PROBLEMS)},
    openapi_extra=_body(),
)
async def labels_of_upload(
    request: Request,
    parameters: Annotated[PropagateParameters, Query()],
    house: InHouse,
    client: Asking,
    deadline: InTime,
) -> Response:
    """Take a video and COCO keypoint JSON whose images say which frame they are by `frame_index`.

    The answer is the same JSON with an image and annotations for every decoded frame; `image_id` is the
    frame's index. Labelled frames, those with an annotation, pass through. Every annotation has a
    `score`, and says by `from_frame` which labelled frame it comes from most. An object that is on one of
    two neighbouring labelled frames only is carried half way. Scene cuts end it, and what leaves the picture
    is gone.

    The answer is sent while the video is worked on; an error after its beginning is a last member `error`.
    A client that goes away ends the work.
    """
    warping = await asyncio.to_thread(  # refused before the upload if there is none
        warping_for, parameters.method, parameters.model, house.engine, house.settings.model
    )
    async with AsyncExitStack() as held:
        held.enter_context(house.places.take(client))
        paths = await held.enter_async_context(
            received_parts(
                request,
                house.settings,
                {VIDEO: None, LABELS: MAX_LABEL_BYTES},
                client.limits.max_upload_bytes,
            )
        )
        work = partial(
            _answer, paths, client.limits.media, deadline, parameters, house, warping, request.url.path
        )
        pieces = await held.enter_async_context(Bridge(work))
        first = await anext(pieces)  # wrong labels and unreadable videos end here, with a status of their own
        kept = held.pop_all()
    return StreamedAnswer(with_first(first, pieces), MEDIA_TYPE, kept)


def _answer(
    paths: dict[str, Path],
    limits: MediaLimits,
    deadline: Deadline,
    parameters: PropagateParameters,
    house: House,
    warping: Warping | None,
    instance: str,
    cancelled: threading.Event,
) -> Iterator[bytes]:
    """Read the labels, open the video and write the answer; runs in a thread of its own."""
    document = read_document(paths[LABELS].read_bytes())
    answer = Answer(document, parameters.method, parameters.flow, house.settings.temp_dir, warping)

    def step(_: CarriedFrame) -> None:
        watch().answered("file", "final")
        deadline.check()
        house.drain.check_cut()

    yield from answer.pieces(paths[VIDEO], limits, instance, cancelled, step, house.reader)
