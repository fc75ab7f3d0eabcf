from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
import supervision

from service.api.schemas import HeaderSchema
from service.media.errors import VideoDamaged
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import HEIGHT, START_S, WIDTH, Written


def test_supervision_reads_every_landmark_in_its_place(written: Written, walk: list[FramePoses]) -> None:
    answer = json.loads(written("mediapipe"), object_hook=lambda members: SimpleNamespace(**members))
    assert (answer.image_size.width, answer.image_size.height) == (WIDTH, HEIGHT)
    assert [frame.index for frame in answer.frames] == [frame.index for frame in walk]
    for result, frame in zip(answer.frames, walk, strict=True):
        read = supervision.KeyPoints.from_mediapipe(result, (WIDTH, HEIGHT))
        assert len(read) == len(frame.people) == len(result.person_ids)
        for xy, scores, person in zip(
            read.xy, read.keypoint_confidence if len(read) else (), frame.people, strict=True
        ):
            assert xy == pytest.approx(person.joints + 0.5, abs=0.01)  # from the picture's corner
            assert scores == pytest.approx(person.scores, abs=1e-4)


def test_times_are_those_of_the_video(written: Written) -> None:
    frames = json.loads(written("mediapipe"))["frames"]
    assert [frame["timestamp_ms"] for frame in frames] == [round(1000 * START_S) + 40 * n for n in range(6)]


def test_what_a_smaller_skeleton_does_not_have_is_not_visible(
    written: Written, body: HeaderSchema, walk: list[FramePoses]
) -> None:
    names = [name if name.endswith(("wrist", "elbow")) else f"no_{name}" for name in body.skeleton.joints]
    body.skeleton.joints = tuple(names)
    (person,) = json.loads(written("mediapipe"))["frames"][1]["pose_landmarks"]
    seen = [index for index, landmark in enumerate(person) if landmark["visibility"] > 0]
    assert seen == [13, 14, 15, 16]
    assert person[0] == {"x": 0, "y": 0, "z": 0, "visibility": 0}


def test_what_ends_the_video_early_is_a_member(written: Written, walk: list[FramePoses]) -> None:
    def broken() -> object:
        yield from walk[:3]
        raise VideoDamaged("at 0:03")

    answer = json.loads(written("mediapipe", broken()))
    assert len(answer["frames"]) == 3
    assert answer["error"]["detail"] == "at 0:03"
