"""What a worker may say. It may have been taken over by its file: nothing is believed unchecked."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    TypeAdapter,
    model_validator,
)

from service.media.container import CODECS
from service.media.packets import CHUNK

PICTURE = "image"  # the codec of a file that is one picture
SIDE = Field(ge=1, le=1 << 20)  # pixels; the limits bound the product
POSITIVE = Annotated[int, Field(ge=1, lt=1 << 63)]
TEXT = Annotated[str, Field(max_length=4000)]


def _known_codec(name: str) -> str:
    if name not in (*CODECS, PICTURE):
        raise ValueError("the codec is not one that is decoded")
    return name


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Taken(_Said):
    """The job has come, and the file with it: what happens from now on may be the file's doing."""

    kind: Literal["taken"]


class Opened(_Said):
    """The file is open, and its first picture decoded."""

    kind: Literal["opened"]
    width: int = SIDE
    height: int = SIDE
    rotation: Literal[0, 90, 180, 270]
    frames: POSITIVE | None
    codec: Annotated[str, AfterValidator(_known_codec)]
    time_base: Annotated[tuple[Annotated[int, Field(ge=0, lt=1 << 31)], POSITIVE], Field(strict=False)]


class FrameReady(_Said):
    """The next frame is in the next slot of the ring."""

    kind: Literal["frame"]
    time_s: FiniteFloat


class Ended(_Said):
    """There are no more frames, and nothing was wrong."""

    kind: Literal["end"]


class Counted(_Said):
    """How many frames there can be."""

    kind: Literal["counted"]
    frames: Annotated[int, Field(ge=0, lt=1 << 63)] | None


class Listed(_Said):
    """The next packets of the file; none if the list cannot be relied on."""

    kind: Literal["packets"]
    pts: Annotated[
        tuple[Annotated[int, Field(gt=-(1 << 63), lt=1 << 63)], ...], Field(max_length=CHUNK, strict=False)
    ]
    keys: Annotated[tuple[bool, ...], Field(max_length=CHUNK, strict=False)]

    @model_validator(mode="after")
    def _of_one_length(self) -> Self:
        if len(self.pts) != len(self.keys):
            raise ValueError("there is not one of each for every packet")
        return self


class Confined(_Said):
    """How the worker is confined."""

    kind: Literal["confined"]
    by: list[str]
    missing: dict[str, str]


class Trouble(_Said):
    """One of the problems that a file can have."""

    kind: Literal["problem"]
    name: TEXT
    detail: TEXT


class OutOfMemory(_Said):
    """The limit of memory was reached."""

    kind: Literal["out-of-memory"]


class Failed(_Said):
    """An error that nobody foresaw."""

    kind: Literal["failed"]
    told: TEXT


Message: TypeAlias = (
    Taken | Opened | FrameReady | Ended | Counted | Listed | Confined | Trouble | OutOfMemory | Failed
)

MESSAGES: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="kind")])
