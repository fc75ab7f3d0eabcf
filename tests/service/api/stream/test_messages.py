from __future__ import annotations

import json
from dataclasses import replace

from service.api.schemas import FrameSchema
from service.api.stream.messages import Dropped, End, ErrorMessage, PoseMessage, write
from service.api.stream.problems import CLOSE_CODES, GoingAway, StreamIdle, close_code
from service.errors import Problem
from service.networks.catalogue import ModelUnknown
from service.options import Stage
from service.temporal.pose import FramePoses


def test_a_pose_is_written_as_in_the_answer_about_a_video(poses: FramePoses) -> None:
    written = json.loads(write(PoseMessage.from_poses(poses).sent_after(0.0123456)))
    frame = json.loads(FrameSchema.from_poses(poses).model_dump_json())
    assert written == {
        "type": "pose",
        "seq": frame["index"],
        "time_s": frame["time_s"],
        "stage": "final",
        "people": frame["people"],
        "pooled": frame["pooled"],
        "latency_ms": 12.3,
    }


def test_the_stage_is_the_answers(poses: FramePoses) -> None:
    assert PoseMessage.from_poses(replace(poses, stage=Stage.PROVISIONAL)).stage == "provisional"


def test_a_problem_of_a_picture_has_its_number_and_one_of_the_stream_has_none() -> None:
    members = {"problem": "/problems/stream-idle", "title": StreamIdle.title, "status": 408, "detail": "x"}
    of_picture = json.loads(write(ErrorMessage.from_problem(StreamIdle("x"), 0)))
    assert of_picture == {"type": "error", "seq": 0, **members}
    assert json.loads(write(ErrorMessage.from_problem(StreamIdle("x")))) == {"type": "error", **members}


def test_the_other_messages() -> None:
    assert write(Dropped(seq=3, reason="busy")) == '{"type":"dropped","seq":3,"reason":"busy"}'
    assert json.loads(write(End(received=1, answered=1, seconds=0.5))) == {
        "type": "end",
        "received": 1,
        "answered": 1,
        "errors": 0,
        "seconds": 0.5,
        "dropped": {"busy": 0, "rate": 0, "stale": 0},
    }


def test_every_problem_closes_with_a_code_and_a_reason_that_fits() -> None:
    assert close_code(GoingAway("")) == 1012
    assert close_code(ModelUnknown("")) == 1008
    assert close_code(Problem("")) == 1011
    assert all(len(kind.title.encode()) <= 123 for kind in CLOSE_CODES)  # RFC 6455, section 5.5
