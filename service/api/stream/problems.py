"""What can be wrong with a stream or one of its pictures, and how the socket is closed for it."""

from __future__ import annotations

from service.access.problems import QuotaUsed, TooManyRequests
from service.api.problems import Busy
from service.errors import Problem
from service.networks.catalogue import ModelMissing
from service.networks.device import DeviceUnavailable

POLICY = 1008  # the close code (RFC 6455, section 7.4.1) of whatever has none of its own


class MessageInvalid(Problem):
    """A text message of a stream is not JSON, or of no known type; `/v1/stream/schema` has them all."""

    name = "message-invalid"
    title = "The message cannot be read"
    status = 400


class MessageUnexpected(Problem):
    """A message of a stream came at the wrong moment: a picture before `start`, or a second `start`."""

    name = "message-unexpected"
    title = "The message came at the wrong moment"
    status = 409


class MessageTooLarge(Problem):
    """A message of a stream is longer than `limits.max_frame_bytes`."""

    name = "message-too-large"
    title = "The message is too large"
    status = 413


class StreamIdle(Problem):
    """No whole message came for `limits.idle_s`."""

    name = "stream-idle"
    title = "The stream was idle for too long"
    status = 408


class StreamTooLong(Problem):
    """The stream was open for `limits.session_s`; open a new one."""

    name = "stream-too-long"
    title = "The stream has reached its longest time"
    status = 408


class ReaderBehind(Problem):
    """The client does not read its answers as fast as it causes them."""

    name = "reader-behind"
    title = "The answers are not read fast enough"
    status = 408


class GoingAway(Problem):
    """The server stops."""

    name = "going-away"
    title = "The server goes away"
    status = 503


class FrameIncomplete(Problem):
    """A binary message is too short for a capture time (8 bytes) and a picture."""

    name = "frame-incomplete"
    title = "The message holds no picture"
    status = 422


class TimestampNotIncreasing(Problem):
    """The capture time of a picture is not after that of the last picture worked on."""

    name = "timestamp-not-increasing"
    title = "The capture time does not increase"
    status = 422


class FrameSizeChanged(Problem):
    """The picture has another size than the first one of the stream; open a new stream for it."""

    name = "frame-size-changed"
    title = "The size of the picture changed"
    status = 422


CLOSE_CODES: dict[type[Problem], int] = {
    MessageInvalid: 1003,
    MessageTooLarge: 1009,
    Problem: 1011,
    GoingAway: 1012,
    Busy: 1013,
    QuotaUsed: 1013,
    TooManyRequests: 1013,
    ReaderBehind: 1013,
    ModelMissing: 1011,
    DeviceUnavailable: 1011,
}


def close_code(problem: Problem) -> int:
    """Code with which a stream is closed that a problem has ended."""
    return CLOSE_CODES.get(type(problem), POLICY)
