"""What is written on the wire (design section 4), and how it is made from the values inside."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from service.api.problem_details import ProblemDetails
from service.engine import RunInfo
from service.media.frame import VideoInfo
from service.networks.catalogue import ModelInfo
from service.networks.skeleton import Skeleton
from service.temporal.pose import FramePoses, Pose

PIXEL_DECIMALS = 2  # a hundredth of a pixel is finer than any network here can tell
SCORE_DECIMALS = 4
TIME_DECIMALS = 6  # microseconds; time bases are coarser


class SkeletonSchema(BaseModel):
    """Names the joints, in the order in which every answer lists them."""

    name: str = Field(description="Name of the skeleton.")
    joints: tuple[str, ...] = Field(description="Left and right are the person's own.")
    edges: tuple[tuple[int, int], ...] = Field(description="Pairs of joints to draw a line between.")

    @classmethod
    def from_skeleton(cls, skeleton: Skeleton) -> SkeletonSchema:
        """Leave out what only augmentation needs."""
        return cls(name=skeleton.name, joints=skeleton.joints, edges=skeleton.edges)


class VideoSchema(BaseModel):
    """What was sent, as it is displayed."""

    width: int = Field(description="Pixels, after rotation.")
    height: int = Field(description="Pixels, after rotation.")
    rotation_applied: int = Field(description="Degrees clockwise: 0, 90, 180 or 270.")
    frames_estimated: int | None = Field(description="What the file claims; null when it says nothing.")
    codec: str = Field(description="FFmpeg's name of the codec.")

    @classmethod
    def from_info(cls, info: VideoInfo) -> VideoSchema:
        """Say what the container says."""
        return cls(
            width=info.width,
            height=info.height,
            rotation_applied=info.rotation_applied,
            frames_estimated=info.frames_estimated,
            codec=info.codec,
        )


class ModelSchema(BaseModel):
    """What made the answer, so that it can be made again."""

    name: str = Field(description="Name in the model catalogue.")
    sha256: str = Field(description="Of the network's file.")
    window: int = Field(description="Neighbours on each side, in frames.")
    lookahead: int = Field(description="Neighbours that lie in the future, in frames.")
    flow: str = Field(description="Method of dense optical flow.")
    pooling: str = Field(description="How the window's heatmaps became one.")
    refine: str = Field(default="none", description="Which body model chose among the peaks.")
    device: str = Field(description="Where the network really ran.")

    @classmethod
    def from_run(cls, run: RunInfo) -> ModelSchema:
        """Say what the engine says."""
        return cls(
            name=run.model,
            sha256=run.sha256,
            window=run.window,
            lookahead=run.lookahead,
            flow=run.flow,
            pooling=run.pooling,
            refine=run.refine,
            device=run.device,
        )


class HeaderSchema(BaseModel):
    """What holds for all frames."""

    schema_: Literal["flowpose.v1"] = Field(
        default="flowpose.v1", serialization_alias="schema", alias="schema"
    )
    skeleton: SkeletonSchema
    video: VideoSchema
    model: ModelSchema

    @classmethod
    def from_run(cls, video: VideoInfo, run: RunInfo) -> HeaderSchema:
        """Describe a run over a video."""
        return cls(
            skeleton=SkeletonSchema.from_skeleton(run.skeleton),
            video=VideoSchema.from_info(video),
            model=ModelSchema.from_run(run),
        )


class PersonSchema(BaseModel):
    """One person in one frame."""

    id: int = Field(description="Stays with the person from frame to frame; counts from 1.")
    score: float = Field(description="Mean of the joints' scores.")
    box: tuple[float, float, float, float] = Field(description="x, y, width, height round all joints.")
    joints: list[tuple[float, float, float]] = Field(
        description="x, y, score of each joint in the skeleton's order; pixels of the displayed image."
    )
    spread: list[float] = Field(description="Pixels round each joint in which it is likely to lie.")

    @classmethod
    def from_pose(cls, pose: Pose) -> PersonSchema:
        """Round a pose to what its numbers mean."""
        places = _rounded(pose.joints, PIXEL_DECIMALS)
        scores = _rounded(pose.scores, SCORE_DECIMALS)
        x, y, width, height = pose.box
        return cls.model_construct(
            id=pose.id,
            score=round(pose.score, SCORE_DECIMALS),
            box=tuple(round(value, PIXEL_DECIMALS) for value in (x, y, width, height)),
            joints=[(x, y, score) for (x, y), score in zip(places.tolist(), scores.tolist(), strict=True)],
            spread=_rounded(pose.spread, PIXEL_DECIMALS).tolist(),
        )


class FrameSchema(BaseModel):
    """The answer for one decoded frame; nobody in view is an empty `people`."""

    index: int = Field(description="Counts the decoded frames from 0.")
    time_s: float = Field(description="Presentation time in seconds.")
    people: list[PersonSchema]
    pooled: int = Field(description="Frames that took part in the pooled heatmaps, this one included.")

    @classmethod
    def from_poses(cls, poses: FramePoses) -> FrameSchema:
        """Write down what is known of one frame."""
        return cls.model_construct(
            index=poses.index,
            time_s=round(poses.time_s, TIME_DECIMALS),
            people=[PersonSchema.from_pose(person) for person in poses.people],
            pooled=poses.pooled,
        )


class AnswerSchema(HeaderSchema):
    """The whole answer in one piece of JSON."""

    frames: list[FrameSchema] = Field(description="One for each decoded frame, in order.")
    error: ProblemDetails | None = Field(
        default=None, description="Why there are no more frames; absent when all could be read."
    )


class ModelInfoSchema(BaseModel):
    """One network of the catalogue."""

    name: str
    description: str
    licence: str
    skeleton: SkeletonSchema
    present: bool = Field(description="Whether it is on this server; `flowpose models pull NAME` gets it.")
    sha256: str | None = Field(description="Of the network's file; null when it is not present.")
    warper_sha256: str | None = Field(
        description="Of the file of the PoseWarper on its heatmaps, for `pooling=posewarper` and "
        "`method=posewarper`; null when there is none."
    )
    default: bool = Field(description="Whether it is used where a request names none.")

    @classmethod
    def from_info(cls, info: ModelInfo, default: str) -> ModelInfoSchema:
        """Show an entry of the catalogue; `default` is the name of the operator's choice."""
        return cls(
            name=info.name,
            description=info.description,
            licence=info.licence,
            skeleton=SkeletonSchema.from_skeleton(info.skeleton),
            present=info.present,
            sha256=info.sha256,
            warper_sha256=info.warper_sha256,
            default=info.name == default,
        )


class CatalogueSchema(BaseModel):
    """All networks that this service knows."""

    models: list[ModelInfoSchema]


class LiveSchema(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class ReadySchema(BaseModel):
    """The service works, and on what."""

    status: Literal["ready"] = "ready"
    device: str = Field(description="Where networks really run: `cpu` or `cuda:0`.")
    model: str = Field(description="The default network.")
    sha256: str = Field(description="Of its file.")
    flow_methods: tuple[str, ...] = Field(description="Methods of optical flow that work here.")
    build: dict[str, str] = Field(description="Versions of the service and of what it stands on.")


class ProblemTypeSchema(BaseModel):
    """One kind of problem that this service can answer with."""

    type: str
    title: str
    status: int
    description: str


def _rounded(values: NDArray[np.float32], decimals: int) -> NDArray[np.float64]:
    # In double precision, so that the shortest text of the number is the rounded one.
    return np.asarray(np.round(values.astype(np.float64), decimals), np.float64)
