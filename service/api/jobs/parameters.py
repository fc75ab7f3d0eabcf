"""What may be asked of jobs."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Header, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.access.client import Client
from service.api.formats import FormatName
from service.api.parameters import SKELETON, MovingParameters
from service.jobs.job import JobState, Order
from service.jobs.work import LIMITS, OPTIONS
from service.networks.skeletons import SkeletonName

MAX_FRAME = 2**53  # numbers above are not exact in JSON everywhere


class JobParameters(MovingParameters):
    """The choices of `POST /v1/poses`, but for those that go with the format."""

    upload: Literal["resumable"] | None = Field(
        default=None,
        description="`resumable`: the request has no body, and the video comes in parts to the address in "
        "`Location`.",
    )

    def to_order(self, default_model: str, client: Client, key: str | None) -> Order:
        """Make the order of a client."""
        options = OPTIONS.dump_json(self.to_options(default_model)).decode()
        limits = LIMITS.dump_json(client.limits.media).decode()
        return Order(options, limits, client.owner, key)


class PageParameters(BaseModel):
    """Which jobs to list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=500, description="The most jobs of one page.")
    after: int | None = Field(
        default=None,
        ge=1,
        le=MAX_FRAME,
        description="`next` of the page before; the newest jobs unless said.",
    )
    state: JobState | None = Field(default=None, description="Only jobs in this state.")


class ResultParameters(BaseModel):
    """Which part of the results to give."""

    model_config = ConfigDict(extra="forbid")

    from_frame: int = Field(default=0, ge=0, le=MAX_FRAME, description="Index of the first frame wanted.")
    follow: bool = Field(
        default=False, description="Keep the answer open and send frames as they are done, until the last."
    )
    format: FormatName = Field(
        default=FormatName.NDJSON,
        description="`ndjson` gives the lines as they are kept; others are made of what is there, and do not "
        "go with `follow`.",
    )
    skeleton: SkeletonName | None = Field(default=None, description=SKELETON)

    @model_validator(mode="after")
    def _only_lines_are_followed(self) -> ResultParameters:
        if self.follow and not self.as_kept:
            raise ValueError("follow goes only with format=ndjson")
        if self.from_frame and self.format is FormatName.MP4:
            raise ValueError("format=mp4 begins with the first frame")
        return self

    @property
    def as_kept(self) -> bool:
        """Whether the lines are wanted as they are."""
        return self.format is FormatName.NDJSON and self.skeleton is None


JobId = Annotated[str, Path(description="The job's `id`.", max_length=64)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=255,
        description="Your name for this very request: sent again with the same name and options, it is "
        "answered with the job that it made the first time "
        "(draft-ietf-httpapi-idempotency-key-header).",
    ),
]
