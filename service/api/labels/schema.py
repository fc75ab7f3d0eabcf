"""COCO's keypoint format (Lin et al., ECCV 2014), with what a video adds to it.

Members that are not named here are kept and passed through.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, NonNegativeInt, PositiveInt

from service.propagation.labels import Visibility
from service.temporal.grid import Points

FAR = 1e6  # pixels; a coordinate beyond is no place in any picture

LABELS_EXAMPLE: dict[str, Any] = {
    "categories": [{"id": 1, "name": "racket", "keypoints": ["grip", "tip"]}],
    "images": [{"id": 1, "frame_index": 0}, {"id": 2, "frame_index": 7}],
    "annotations": [
        {"image_id": 1, "category_id": 1, "track_id": 1, "keypoints": [310, 220, 2, 355, 160, 2]},
        {"image_id": 2, "category_id": 1, "track_id": 1, "keypoints": [322, 218, 2, 371, 166, 1]},
    ],
}

Coordinate = Annotated[FiniteFloat, Field(ge=-FAR, le=FAR)]


class ImageSchema(BaseModel):
    """One frame of the video."""

    model_config = ConfigDict(extra="allow", strict=True)

    id: int = Field(description="What annotations call it; in answers the same as `frame_index`.")
    frame_index: NonNegativeInt = Field(description="Which decoded frame it is, counted from 0.")
    width: PositiveInt | None = Field(
        default=None, description="Pixels; if given, the video's, as displayed."
    )
    height: PositiveInt | None = Field(
        default=None, description="Pixels; if given, the video's, as displayed."
    )


class AnnotationSchema(BaseModel):
    """One object in one frame."""

    model_config = ConfigDict(extra="allow", strict=True)

    id: int | None = Field(default=None, description="Unique; given where it is missing.")
    image_id: int = Field(description="The image's `id`.")
    category_id: int = Field(description="The category's `id`.")
    track_id: int | str | None = Field(
        default=None,
        description="The same for the same object in every frame; needed where a frame has several objects "
        "of one category.",
    )
    keypoints: list[Coordinate] = Field(
        description="x, y, v of each keypoint: pixels of the displayed picture, and 0 for not labelled, 1 "
        "for hidden, 2 for visible."
    )
    bbox: Annotated[list[Coordinate], Field(min_length=4, max_length=4)] | None = Field(
        default=None, description="x, y, width, height; carried along with the keypoints."
    )
    area: Annotated[FiniteFloat, Field(ge=0)] | None = Field(default=None, description="Square pixels.")

    @property
    def points(self) -> Points:
        """(K, 2) float32, frame pixels, x then y."""
        return np.ascontiguousarray(self._triples[:, :2])

    @property
    def visibility(self) -> Visibility:
        """(K,) uint8: 0, 1 or 2."""
        return self._triples[:, 2].astype(np.uint8)

    @property
    def _triples(self) -> NDArray[np.float32]:
        return np.array(self.keypoints, np.float32).reshape(-1, 3)


class CategorySchema(BaseModel):
    """What keypoints mean; anything."""

    model_config = ConfigDict(extra="allow", strict=True)

    id: int = Field(description="What annotations call it.")
    keypoints: list[str] = Field(description="Names, in the order in which annotations list them.")


class LabelsSchema(BaseModel):
    """The labels of one video. Images without annotations count as not labelled."""

    model_config = ConfigDict(
        extra="allow",
        strict=True,
        json_schema_extra={"example": LABELS_EXAMPLE},
    )

    images: list[ImageSchema]
    annotations: list[AnnotationSchema]
    categories: list[CategorySchema]


class CarriedAnnotationSchema(AnnotationSchema):
    """One object in one frame of the answer."""

    score: float = Field(description="Mean of `keypoint_scores` over the keypoints that are there.")
    keypoint_scores: list[float] = Field(
        description="How sure each keypoint is, in [0, 1]: 1 on labelled frames, 0 where there is none."
    )
    from_frame: int = Field(description="The labelled frame that weighs most; the frame itself if labelled.")
    from_frames: list[int] = Field(description="All labelled frames it was made from, one or two.")


class PropagationSchema(BaseModel):
    """What made the answer."""

    schema_: str = Field(serialization_alias="schema", alias="schema", description="`flowpose.v1`")
    method: str = Field(description="As asked for.")
    flow: str | None = Field(default=None, description="Method of dense optical flow, for `flow`.")
    model: str | None = Field(
        default=None, description="The network that saw the people, for `posewarper`, with its PoseWarper."
    )


class CarriedLabelsSchema(BaseModel):
    """The labels that were sent, with an image and annotations for every decoded frame."""

    propagation: PropagationSchema
    categories: list[CategorySchema]
    annotations: list[CarriedAnnotationSchema]
    images: list[ImageSchema] = Field(description="One for each decoded frame; `id` is the frame's index.")
