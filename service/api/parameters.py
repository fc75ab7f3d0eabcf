"""The query of a request: every name and value checked, unknown ones refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    WithJsonSchema,
    model_validator,
)

from service.api.formats import PICTURE_FORMATS, FormatName
from service.networks.skeletons import SkeletonName
from service.options import MAX_PEOPLE, CropSource, FlowMethod, Options, Pooling, Refine
from service.temporal.grid import HALF_WINDOW

BOX_EXAMPLE = "120,80,200,420"


def box_of_query(given: Any) -> Any:
    """Split `x,y,width,height`, which FastAPI gives as a list of all values of that name.

    Raises
    ------
    ValueError
        It is not four values, once.
    """
    texts = given if isinstance(given, list) else [given]
    parts = str(texts[0]).split(",")
    if len(texts) != 1 or len(parts) != 4:
        raise ValueError(f"must be four numbers, x,y,width,height, as in {BOX_EXAMPLE}")
    return tuple(parts)


Box = Annotated[
    tuple[FiniteFloat, FiniteFloat, Annotated[FiniteFloat, Field(gt=0)], Annotated[FiniteFloat, Field(gt=0)]],
    BeforeValidator(box_of_query),
    WithJsonSchema({"type": "string", "examples": [BOX_EXAMPLE]}),
]


class PictureParameters(BaseModel):
    """What may be chosen for one picture."""

    model_config = ConfigDict(extra="forbid")

    model: str | None = Field(
        default=None, description="A network of `GET /v1/models`; the server's default one.", min_length=1
    )
    people: int = Field(default=1, ge=1, le=MAX_PEOPLE, description="The most people to find.")
    crop: CropSource = Field(
        default=CropSource.DETECT,
        description="Where to look: `detect` finds and follows people, `full` takes the whole frame, "
        "`box` starts from the given one.",
    )
    box: Box | None = Field(
        default=None,
        description="`x,y,width,height` in displayed pixels of the first frame; only with `crop=box`.",
    )

    @model_validator(mode="after")
    def _box_goes_with_its_crop(self) -> PictureParameters:
        if self.crop is CropSource.BOX and self.box is None:
            raise ValueError("crop=box needs box=x,y,width,height")
        if self.crop is not CropSource.BOX and self.box is not None:
            raise ValueError("box goes only with crop=box")
        return self

    def to_options(self, default_model: str) -> Options:
        """Make the choices of a single picture, which has no neighbours."""
        return Options(
            model=self.model or default_model,
            flow=FlowMethod.NONE,
            pooling=Pooling.NONE,
            window=0,
            lookahead=0,
            people=self.people,
            crop=self.crop,
            box=self.box,
        )


class MovingParameters(PictureParameters):
    """What may be chosen for pictures that have neighbours: a video or a live stream."""

    flow: FlowMethod = Field(
        default=FlowMethod.DIS,
        description="Optical flow along which neighbours are carried; `none` pools them where they are, "
        "`cuda-...` needs a card (`/readyz` lists what runs here).",
    )
    pooling: Pooling = Field(
        default=Pooling.PARAMETRIC,
        description="How the window becomes one: `parametric` by learnt weights, `adaptive` also by how "
        "clear each neighbour is and how well flow leads to it; `posewarper` by a network instead of flow, "
        "three frames on each side, for models that have one; `none` is the single frame.",
    )
    refine: Refine = Field(
        default=Refine.NONE,
        description="A body model chooses among the peaks of the pooled heatmaps: `spatial` in one frame, "
        "`spatiotemporal` with the neighbour frames.",
    )
    window: int = Field(
        default=HALF_WINDOW, ge=0, le=HALF_WINDOW, description="Neighbours on each side, in frames."
    )
    lookahead: int | None = Field(
        default=None,
        ge=0,
        le=HALF_WINDOW,
        description="How many neighbours may lie in the future; all of `window` unless said.",
    )

    @model_validator(mode="after")
    def _lookahead_is_within_the_window(self) -> MovingParameters:
        if self.lookahead is not None and self.lookahead > self.window:
            raise ValueError(f"lookahead ({self.lookahead}) must not be above window ({self.window})")
        return self

    def to_options(self, default_model: str) -> Options:
        """Make the choices of a video or stream."""
        return Options(
            model=self.model or default_model,
            flow=self.flow,
            pooling=self.pooling,
            refine=self.refine,
            window=self.window,
            lookahead=self.window if self.lookahead is None else self.lookahead,
            people=self.people,
            crop=self.crop,
            box=self.box,
        )


FORMAT = (
    "Goes before the `Accept` header; `json` unless said. `json`, `ndjson`, `csv` are in the network's own "
    "joints. `coco` (results, 17 joints), `openpose` (a zip file of BODY_25 files, one a frame; "
    "`openpose-json` is one array of them), `posetrack18`, `mediapipe` (normalised landmarks), `parquet` "
    "(the table of `csv`), `trc` and `c3d` (points over time, y upwards), `mp4` (the video with the joints "
    "drawn into it)."
)
SKELETON = (
    "Give the joints of another skeleton; goes with csv, parquet, trc, c3d and mp4. What cannot be made of "
    "the network's joints is empty."
)


def _for_pictures(name: FormatName | None) -> FormatName | None:
    if name is not None and name not in PICTURE_FORMATS:
        raise ValueError(f"{name} is for videos; a picture has {', '.join(PICTURE_FORMATS)}")
    return name


class StillParameters(PictureParameters):
    """What may be chosen for a picture that is sent alone."""

    format: Annotated[
        FormatName | None,
        AfterValidator(_for_pictures),
        WithJsonSchema({"anyOf": [{"type": "string", "enum": list(PICTURE_FORMATS)}, {"type": "null"}]}),
    ] = Field(default=None, description=FORMAT)
    skeleton: SkeletonName | None = Field(default=None, description=SKELETON)


class VideoParameters(MovingParameters):
    """What may be chosen for a video."""

    format: FormatName | None = Field(default=None, description=FORMAT)
    skeleton: SkeletonName | None = Field(default=None, description=SKELETON)
    heatmap: str | None = Field(
        default=None,
        min_length=1,
        description="Name of a joint whose pooled heatmap is drawn too; only with `format=mp4`.",
    )

    def to_options(self, default_model: str) -> Options:
        """Make the choices of a video."""
        return replace(super().to_options(default_model), heatmap=self.heatmap)
