from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from service.api.stream.messages import Dropped, End, ErrorMessage, PoseMessage, write
from service.api.stream.problems import StreamIdle
from service.api.stream.schema import stream_schema
from service.temporal.pose import FramePoses


def side(name: str) -> Draft202012Validator:
    schema = stream_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator({"$defs": schema["$defs"], "$ref": f"#/$defs/{name}"})


@pytest.mark.parametrize(
    "message",
    [
        {"type": "stop"},
        {"type": "start"},
        {"type": "start", "crop": "box", "box": [1, 2, 3, 4], "stages": ["final"], "max_fps": 5},
    ],
)
def test_a_client_may_send(message: dict[str, Any]) -> None:
    side("Client").validate(message)


@pytest.mark.parametrize(
    "message", [{"type": "start", "people": 7}, {"type": "stop", "now": True}, {"type": "begin"}, {}]
)
def test_a_client_may_not_send(message: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        side("Client").validate(message)


def test_what_the_server_sends_is_described(poses: FramePoses) -> None:
    problem = StreamIdle("x")
    messages = [PoseMessage.from_poses(poses), Dropped(seq=1, reason="rate"), End()]
    for message in [*messages, ErrorMessage.from_problem(problem), ErrorMessage.from_problem(problem, 4)]:
        side("Server").validate(json.loads(write(message)))
