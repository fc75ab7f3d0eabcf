from __future__ import annotations

import json

import numpy as np
import pytest

from service.api.schemas import FrameSchema, HeaderSchema
from service.temporal.pose import FramePoses, Pose


def test_a_frame_is_written_with_the_digits_that_mean_something(poses: FramePoses) -> None:
    assert json.loads(FrameSchema.from_poses(poses).model_dump_json()) == {
        "index": 7,
        "time_s": 0.233333,
        "people": [
            {
                "id": 1,
                "score": 0.5117,
                "box": [10.12, 20.99, 100.38, 49.26],
                "joints": [[10.12, 20.99, 0.1235], [110.5, 70.25, 0.9]],
                "spread": [1.23, 2.0],
            },
            {
                "id": 4,
                "score": 0.5117,
                "box": [11.12, 21.99, 100.38, 49.26],
                "joints": [[11.12, 21.99, 0.1235], [111.5, 71.25, 0.9]],
                "spread": [1.23, 2.0],
            },
        ],
        "pooled": 31,
    }


def test_what_is_written_is_what_the_schema_says(poses: FramePoses) -> None:
    frame = FrameSchema.from_poses(poses)
    assert FrameSchema.model_validate_json(frame.model_dump_json()) == frame


def test_no_number_is_written_longer_than_its_digits() -> None:
    rng = np.random.default_rng(3)
    joints = rng.uniform(0, 4000, (33, 2)).astype(np.float32)
    pose = Pose(1, joints, rng.random(33, np.float32), rng.random(33, np.float32))
    (person,) = FrameSchema.from_poses(FramePoses(0, 1 / 3, (pose,), 1)).people
    for x, y, score in person.joints:
        assert len(f"{x}".partition(".")[2]) <= 2
        assert len(f"{y}".partition(".")[2]) <= 2
        assert len(f"{score}".partition(".")[2]) <= 4
    assert np.abs(np.array(person.joints)[:, :2] - joints).max() <= 0.0052


def test_numbers_that_are_none_are_null_and_not_broken_json() -> None:
    nothing = np.full(2, np.nan, np.float32)
    pose = Pose(1, np.zeros((2, 2), np.float32), nothing, nothing)
    text = FrameSchema.from_poses(FramePoses(0, 0.0, (pose,), 1)).model_dump_json()
    assert json.loads(text, parse_constant=pytest.fail)["people"][0]["spread"] == [None, None]


def test_the_header_has_the_fields_of_the_design(header: HeaderSchema) -> None:
    assert json.loads(header.model_dump_json(by_alias=True)) == {
        "schema": "flowpose.v1",
        "skeleton": {"name": "pair", "joints": ["left_hand", "right_hand"], "edges": [[0, 1]]},
        "video": {
            "width": 640,
            "height": 480,
            "rotation_applied": 90,
            "frames_estimated": None,
            "codec": "h264",
        },
        "model": {
            "name": "blazepose-full",
            "sha256": "ab" * 32,
            "window": 15,
            "lookahead": 3,
            "flow": "dis",
            "pooling": "sum",
            "refine": "none",
            "device": "cpu",
        },
    }
