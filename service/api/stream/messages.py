"""Every text message of `WS /v1/stream`, both ways (design section 4).

A binary message of the client is 8 bytes, the capture time in microseconds as a little-endian unsigned
number, and one JPEG, PNG or WebP picture. The server sends none.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, SecretStr, model_validator

from service.api.parameters import MovingParameters
from service.api.problem_details import ROOT
from service.api.schemas import TIME_DECIMALS, ModelSchema, PersonSchema, SkeletonSchema
from service.errors import Problem
from service.options import Options, Stage
from service.refine.reach import reach_of
from service.temporal.grid import CELLS
from service.temporal.pose import FramePoses, Heatmap, Pose
from service.watch import watch

STALE_S = 0.5  # what is older when its turn comes, nobody at a screen wants to see any more
MOST_STALE_S = 10.0
LATENCY_DECIMALS = 1  # milliseconds

Length = Annotated[FiniteFloat, Field(gt=0)]


class Start(MovingParameters):
    """The client's first message: what to make of the pictures that follow."""

    model_config = ConfigDict(extra="forbid", use_enum_values=False)

    type: Literal["start"]
    box: tuple[FiniteFloat, FiniteFloat, Length, Length] | None = Field(
        default=None,
        description="[x, y, width, height] in pixels of the first picture; only with `crop` `box`.",
    )
    stages: tuple[Stage, ...] = Field(
        default=(Stage.PROVISIONAL, Stage.FINAL),
        min_length=1,
        description="Which answers to send: `provisional`, at once and from the past alone; `final`, after "
        "`lookahead` more pictures. Without look-ahead the only one is `final`.",
    )
    max_fps: float | None = Field(
        default=None, gt=0, le=1000, description="Pictures a second to work on; the server may allow less."
    )
    stale_s: float = Field(
        default=STALE_S,
        gt=0,
        le=MOST_STALE_S,
        description="A picture older than this when its turn comes, by its receipt, is dropped.",
    )

    key: SecretStr | None = Field(
        default=None,
        max_length=256,
        description="Where keys are in use, by those who can send neither an `Authorization` header nor the "
        "sub-protocols `flowpose.v1, bearer.KEY`.",
    )
    heatmap: str | None = Field(
        default=None,
        description="Name of a joint: each answer shows its pooled heatmap as well (6 kB a person).",
    )

    @model_validator(mode="after")
    def _some_stage_is_left(self) -> Start:
        if not self.wanted():
            raise ValueError("without look-ahead the only stage is `final`")
        return self

    def to_options(self, default_model: str) -> Options:
        """Make the choices of the stream; what changes no answer is not waited for."""
        options = replace(super().to_options(default_model), heatmap=self.heatmap)
        return replace(options, lookahead=min(options.lookahead, reach_of(options)))

    @property
    def secret(self) -> str | None:
        """The key, if one was sent here."""
        return self.key.get_secret_value() if self.key else None

    def wanted(self) -> tuple[Stage, ...]:
        """Stages that are asked for and exist."""
        exist = (Stage.PROVISIONAL, Stage.FINAL) if self.to_options("").lookahead else (Stage.FINAL,)
        return tuple(stage for stage in exist if stage in self.stages)


class Stop(BaseModel):
    """The client's last message: the finals still owed come, and then `end`. What comes after is not read."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["stop"]


class Limits(BaseModel):
    """What holds for this stream."""

    max_frame_bytes: int = Field(description="Longest message; a longer one ends the stream with 1009.")
    max_pixels: int = Field(description="Largest picture, width x height.")
    max_fps: float = Field(description="Pictures a second that are worked on.")
    stale_s: float = Field(description="Oldest that a picture may be when its turn comes.")
    idle_s: float = Field(description="Longest time without a message.")
    session_s: float = Field(description="Longest life of the stream.")


class Ready(BaseModel):
    """The answer to `start`: pictures may come."""

    type: Literal["ready"] = "ready"
    schema_: Literal["flowpose.v1"] = Field(
        default="flowpose.v1", serialization_alias="schema", alias="schema"
    )
    skeleton: SkeletonSchema
    model: ModelSchema
    stages: tuple[Stage, ...] = Field(description="Answers that each picture gets.")
    limits: Limits


class HeatmapSchema(BaseModel):
    """The pooled heatmap of the joint that was asked for."""

    size: int = Field(default=CELLS, description="Cells on each side.")
    to_frame: tuple[tuple[float, float, float], tuple[float, float, float]] = Field(
        description="x = a column + b row + c, and so y: pixels of the picture where a cell's centre lies."
    )
    values: str = Field(description="Base 64 of one byte a cell, row by row from the top; 255 is 1.")

    @classmethod
    def from_heatmap(cls, heatmap: Heatmap) -> HeatmapSchema:
        """In bytes: a picture for eyes needs no more."""
        values = np.round(heatmap.values * 255).astype(np.uint8)
        return cls.model_construct(
            size=CELLS,
            to_frame=tuple(map(tuple, heatmap.to_frame.round(4).tolist())),
            values=base64.b64encode(values.tobytes()).decode(),
        )


class LivePersonSchema(PersonSchema):
    """One person in one picture of a stream."""

    heatmap: HeatmapSchema | None = Field(default=None, description="Only if asked for.")

    @classmethod
    def from_pose(cls, pose: Pose) -> LivePersonSchema:
        """With the heatmap, if there is one."""
        shown = None if pose.heatmap is None else HeatmapSchema.from_heatmap(pose.heatmap)
        return cls.model_construct(**dict(PersonSchema.from_pose(pose)), heatmap=shown)


class PoseMessage(BaseModel):
    """What is known of one picture at one stage; nobody in view is an empty `people`."""

    type: Literal["pose"] = "pose"
    seq: int = Field(description="Counts the binary messages from 0.")
    time_s: float = Field(description="The client's capture time, in seconds.")
    stage: Stage
    people: list[LivePersonSchema]
    pooled: int = Field(description="Pictures that took part in the pooled heatmaps, this one included.")
    latency_ms: float = Field(description="From the receipt of the picture to the sending of this answer.")

    @classmethod
    def from_poses(cls, poses: FramePoses) -> PoseMessage:
        """Write down one answer; its latency is not known before it is sent."""
        return cls.model_construct(
            seq=poses.index,
            time_s=round(poses.time_s, TIME_DECIMALS),
            stage=poses.stage,
            people=[LivePersonSchema.from_pose(person) for person in poses.people],
            pooled=poses.pooled,
            latency_ms=0.0,
        )

    def sent_after(self, seconds: float) -> PoseMessage:
        """Fill in the latency."""
        return self.model_copy(update={"latency_ms": round(1e3 * seconds, LATENCY_DECIMALS)})


class Dropped(BaseModel):
    """The picture was not worked on; this answers all its stages."""

    type: Literal["dropped"] = "dropped"
    seq: int = Field(description="Counts the binary messages from 0.")
    reason: Literal["busy", "rate", "stale"] = Field(
        description="`busy`: newer pictures took its place; `rate`: more than `max_fps`; `stale`: too old."
    )


class ErrorMessage(BaseModel):
    """A problem. With `seq` it answers all stages of that picture; without, it is the end of the stream."""

    type: Literal["error"] = "error"
    seq: int | None = Field(default=None, description="The picture; absent if the stream ends.")
    problem: str = Field(description="The `type` of RFC 9457; an address that describes it.")
    title: str = Field(description="The same for every occurrence.")
    status: int = Field(description="HTTP status code of such a problem.")
    detail: str = Field(description="What happened this time.")

    @classmethod
    def from_problem(cls, problem: Problem, seq: int | None = None) -> ErrorMessage:
        """Tell a problem of one picture, or of the stream, and whoever watches."""
        watch().told(type(problem), problem.name)
        return cls(
            seq=seq,
            problem=f"{ROOT}/{problem.name}",
            title=problem.title,
            status=problem.status,
            detail=problem.detail,
        )


class DroppedCounts(BaseModel):
    """Dropped pictures by reason."""

    busy: int = 0
    rate: int = 0
    stale: int = 0


class End(BaseModel):
    """The answer to `stop`; `received` is the sum of `answered`, all of `dropped` and `errors`."""

    type: Literal["end"] = "end"
    received: int = Field(default=0, description="Binary messages.")
    answered: int = Field(default=0, description="Pictures whose poses were found, at every stage asked for.")
    dropped: DroppedCounts = Field(default_factory=DroppedCounts)
    errors: int = Field(default=0, description="Pictures that could not be used.")
    seconds: float = Field(default=0.0, description="From `ready` to here.")


Incoming = Start | Stop
Outgoing = Ready | PoseMessage | Dropped | ErrorMessage | End


def write(message: Outgoing) -> str:
    """Compact JSON; members that say nothing are left out."""
    return message.model_dump_json(by_alias=True, exclude_none=True)
