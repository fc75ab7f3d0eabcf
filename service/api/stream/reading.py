"""From what a client sends to values, or to what is wrong with it."""

from __future__ import annotations

import struct
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from service.api.errors import plain
from service.api.problems import ParametersInvalid
from service.api.stream.mailbox import Parcel
from service.api.stream.messages import Incoming, Start, Stop
from service.api.stream.problems import FrameIncomplete, MessageInvalid, MessageTooLarge
from service.errors import Problem

MAX_TEXT = 16 * 1024  # characters; `start` with all its members has a few hundred
CLOCK = struct.Struct("<Q")  # capture time, microseconds
INCOMING: TypeAdapter[Incoming] = TypeAdapter(Annotated[Start | Stop, Field(discriminator="type")])
NOT_A_MESSAGE = (
    "json_invalid",
    "union_tag_invalid",
    "union_tag_not_found",
    "model_type",
    "model_attributes_type",
    "dict_type",
)


def read_text(text: str) -> Incoming:
    """Read a text message.

    Raises
    ------
    MessageTooLarge, MessageInvalid
        It is none of the client's messages.
    ParametersInvalid
        It is, but a member has a value that cannot be used; names each of them.
    """
    if len(text) > MAX_TEXT:
        raise MessageTooLarge(f"The text has {len(text)} characters; {MAX_TEXT} are allowed.")
    try:
        return INCOMING.validate_json(text, strict=True)
    except ValidationError as error:
        raise _problem(error) from None


def read_binary(seq: int, data: bytes, received_s: float) -> Parcel:
    """Part the capture time from the picture.

    Parameters
    ----------
    seq
        Number of the message.
    data
        The whole message.
    received_s
        By `time.monotonic`.

    Raises
    ------
    FrameIncomplete
    """
    if len(data) <= CLOCK.size:
        raise FrameIncomplete(
            f"The message has {len(data)} bytes; the capture time alone takes {CLOCK.size}."
        )
    (capture_us,) = CLOCK.unpack_from(data)
    return Parcel(seq, capture_us, data[CLOCK.size :], received_s)


def _problem(error: ValidationError) -> Problem:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    told = "; ".join(_told(each["loc"], each["msg"]) for each in errors)
    if any(each["type"] in NOT_A_MESSAGE for each in errors):
        return MessageInvalid(f"Expected a JSON object of type `start` or `stop`: {told}.")
    return ParametersInvalid(told)


def _told(location: tuple[Any, ...], message: str) -> str:
    """Name the member; the first part of its place is the type of the message."""
    name = ".".join(str(part) for part in location[1:])
    return f"{name}: {plain(message)}" if name else plain(message)
