"""Output formats, one a file; shared by the HTTP edge and the command line."""

from __future__ import annotations

from service.api.formats.choice import Choice, choose
from service.api.formats.csv_table import Csv
from service.api.formats.file_format import PROBLEM_HEADER, FileFormat
from service.api.formats.format import Format
from service.api.formats.json_object import Json
from service.api.formats.names import FORMATS, PICTURE_FORMATS, FormatName, accepted, format_of
from service.api.formats.ndjson import Ndjson
from service.api.formats.source import Source

__all__ = [
    "FORMATS",
    "PICTURE_FORMATS",
    "PROBLEM_HEADER",
    "Choice",
    "Csv",
    "FileFormat",
    "Format",
    "FormatName",
    "Json",
    "Ndjson",
    "Source",
    "accepted",
    "choose",
    "format_of",
]
