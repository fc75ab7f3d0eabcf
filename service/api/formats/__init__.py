"""Output formats, one a file; shared by the HTTP edge and the command line."""

from __future__ import annotations

from enum import StrEnum

from mimeparse import MimeTypeParseException, best_match

from service.api.formats.csv_table import Csv
from service.api.formats.format import Format
from service.api.formats.json_object import Json
from service.api.formats.ndjson import Ndjson
from service.api.problems import NotAcceptable

__all__ = ["Csv", "Format", "FormatName", "Json", "Ndjson", "accepted", "format_of"]


class FormatName(StrEnum):
    """What `format=` can be."""

    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


def format_of(name: FormatName) -> Format:
    """Make a new writer of the format."""
    table: dict[FormatName, type[Format]] = {
        FormatName.JSON: Json,
        FormatName.NDJSON: Ndjson,
        FormatName.CSV: Csv,
    }
    return table[name]()


def accepted(accept: str) -> FormatName:
    """Choose the format by an `Accept` header; JSON where several are as welcome.

    Raises
    ------
    NotAcceptable
        It names none of the formats, or cannot be understood.
    """
    # Of equals the library takes the last.
    offers = {format_of(name).media_type: name for name in reversed(FormatName)}
    try:
        return offers[best_match(offers, accept or "*/*")]
    except (KeyError, MimeTypeParseException):
        raise NotAcceptable(f"Accept: {accept!r} names none of {', '.join(offers)}.") from None
