"""What a live stream gives: exactly one answer for each picture and stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from service.client.errors import RemoteProblem


@dataclass(frozen=True, slots=True)
class PoseAnswer:
    """The people in one picture.

    Attributes
    ----------
    seq
        Which picture: counts those sent from 0.
    time_s
        Its capture time, as sent.
    stage
        ``provisional``: at once, from this picture and those before; ``final``: refined by those after it.
    people
        As in the answers about files: `id`, `score`, `box`, `joints`, `spread`; empty when nobody is in view.
    pooled
        How many pictures took part.
    latency_ms
        In the server, from the receipt of the picture to the sending of this answer.
    """

    seq: int
    time_s: float
    stage: str
    people: list[dict[str, Any]]
    pooled: int
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """A picture that was not looked at, in any stage.

    Attributes
    ----------
    seq
        Which picture.
    reason
        ``busy``: a newer one came before its turn; ``rate``: above `max_fps`; ``stale``: older than `stale_s`
        when its turn came; ``lost``: on its way when the connection broke, in a stream that goes on.
    """

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class FrameError:
    """A picture that cannot be used; the stream goes on.

    Attributes
    ----------
    seq
        Which picture.
    problem
        What is wrong with it.
    """

    seq: int
    problem: RemoteProblem


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """The server's account of a whole stream.

    Attributes
    ----------
    received
        Pictures.
    answered
        Of these, with poses.
    dropped
        Of these, by reason.
    errors
        Of these, not usable.
    seconds
        From the start to the stop.
    """

    received: int
    answered: int
    dropped: Mapping[str, int]
    errors: int
    seconds: float


Answer: TypeAlias = PoseAnswer | Dropped | FrameError


def answer_of(message: Mapping[str, Any]) -> Answer:
    """Read a message about one picture.

    Raises
    ------
    RemoteProblem
        The message is an error of the whole stream.
    KeyError
        It is no message of this protocol.
    """
    kind = message["type"]
    if kind == "pose":
        return PoseAnswer(
            message["seq"],
            message["time_s"],
            message["stage"],
            message["people"],
            message["pooled"],
            message["latency_ms"],
        )
    if kind == "dropped":
        return Dropped(message["seq"], message["reason"])
    problem = RemoteProblem.from_members(message)
    if message.get("seq") is not None:
        return FrameError(message["seq"], problem)
    raise problem


def end_of(message: Mapping[str, Any]) -> StreamEnd:
    """Read the last message of a stream."""
    return StreamEnd(
        message["received"], message["answered"], message["dropped"], message["errors"], message["seconds"]
    )
