"""The one table of output formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from mimeparse import MimeTypeParseException, best_match

from service.api.formats.c3d_file import C3d
from service.api.formats.coco_results import Coco
from service.api.formats.csv_table import Csv
from service.api.formats.file_format import FileFormat
from service.api.formats.format import Format
from service.api.formats.json_object import Json
from service.api.formats.mediapipe_landmarks import Mediapipe
from service.api.formats.ndjson import Ndjson
from service.api.formats.openpose_array import OpenposeArray
from service.api.formats.openpose_zip import Openpose
from service.api.formats.overlay_video import Mp4
from service.api.formats.parquet_table import Parquet
from service.api.formats.posetrack18 import Posetrack18
from service.api.formats.source import Source
from service.api.formats.trc_table import Trc
from service.api.problems import NotAcceptable


class FormatName(StrEnum):
    """What `format=` can be."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    COCO = "coco"
    OPENPOSE = "openpose"
    OPENPOSE_JSON = "openpose-json"
    POSETRACK18 = "posetrack18"
    MEDIAPIPE = "mediapipe"
    PARQUET = "parquet"
    TRC = "trc"
    C3D = "c3d"
    MP4 = "mp4"


FORMATS: Mapping[FormatName, type[Format] | type[FileFormat]] = MappingProxyType(
    {
        FormatName(kind.name): kind
        for kind in (
            *(Json, Ndjson, Csv, Coco, Openpose, OpenposeArray, Posetrack18, Mediapipe),
            *(Parquet, Trc, C3d, Mp4),
        )
    }
)
PICTURE_FORMATS = tuple(name for name, kind in FORMATS.items() if not kind.timed)


def format_of(name: FormatName, source: Source | None = None) -> Format | FileFormat:
    """Make a new writer of the format."""
    return FORMATS[name](source)


def accepted(accept: str, names: Sequence[FormatName] = tuple(FormatName)) -> FormatName:
    """Choose the format by an `Accept` header; the first of `names` where several are as welcome.

    Raises
    ------
    NotAcceptable
        It names none of the formats, or cannot be understood.
    """
    # Of equals the library takes the last.
    offers = {FORMATS[name].media_type: name for name in reversed(names)}
    try:
        return offers[best_match(offers, accept or "*/*")]
    except (KeyError, MimeTypeParseException):
        known = ", ".join(reversed(offers))
        raise NotAcceptable(f"Accept: {accept!r} names none of {known}.") from None
