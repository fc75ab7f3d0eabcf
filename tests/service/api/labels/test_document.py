from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from service.api.labels import read_document
from service.api.labels.checks import MAX_POINTS
from service.errors import Problem
from service.media.frame import VideoInfo
from service.propagation.errors import KeypointCount, LabelsInvalid, NoLabels, OtherVideo, TrackTwice
from tests.moving import SIZE, document, to_json

Change = Callable[[dict[str, Any]], None]


def change(member: str, value: Any, kind: str = "annotations") -> Change:
    """Sets a member of the second image or annotation."""
    return lambda labels: labels[kind][1].update({member: value})


def put(place: int, value: Any) -> Change:
    """Sets a number of the second annotation's keypoints."""

    def do(labels: dict[str, Any]) -> None:
        labels["annotations"][1]["keypoints"][place] = value

    return do


def test_labels_are_read_by_frame_and_track() -> None:
    read = read_document(to_json(document([0, 7], track_id="left")))
    assert read.labels.frames == (0, 7)
    (target,) = read.labels.at(7)
    assert target.track == (3, "left")
    assert target.points.shape == (5, 2)
    assert target.visibility.tolist() == [2] * 5
    assert read.annotations[7, (3, "left")]["id"] == 17
    assert read.images[7]["file_name"] == "7"
    assert set(read.others) == {"info", "categories"}
    assert read.next_id == 18


def test_an_image_without_annotations_is_not_a_labelled_frame() -> None:
    labels = document([0, 3, 7])
    del labels["annotations"][1]
    assert read_document(to_json(labels)).labels.frames == (0, 7)


def test_two_objects_of_two_categories_need_no_track() -> None:
    labels = document([0])
    labels["categories"].append({"id": 4, "name": "ball", "keypoints": ["centre"]})
    labels["annotations"].append({"image_id": 100, "category_id": 4, "keypoints": [5, 6, 1]})
    assert len(read_document(to_json(labels)).labels.at(0)) == 2


@pytest.mark.parametrize("data", [b"", b"not JSON", b'{"images": [', b"\xff\xfe\xfd", b"[" * 100_000])
def test_what_is_not_json(data: bytes) -> None:
    with pytest.raises(LabelsInvalid):
        read_document(data)


@pytest.mark.parametrize("data", [b"[]", b"7", b"null", b'"labels"'])
def test_what_is_no_object(data: bytes) -> None:
    with pytest.raises(LabelsInvalid):
        read_document(data)


@pytest.mark.parametrize("part", ["images", "annotations", "categories"])
def test_a_missing_part_is_named(part: str) -> None:
    labels = document([0, 7])
    del labels[part]
    with pytest.raises(LabelsInvalid, match=part):
        read_document(to_json(labels))


@pytest.mark.parametrize(
    ("wrong", "problem", "told"),
    [
        (
            change("keypoints", [1, 2, 2]),
            KeypointCount,
            r"annotations.1.keypoints has 3 numbers.*5\s+keypoints",
        ),
        (change("keypoints", [1, 2]), KeypointCount, "2 numbers"),
        (change("keypoints", None), LabelsInvalid, r"annotations.1.keypoints"),
        (put(3, float("nan")), LabelsInvalid, r"annotations.1.keypoints.3"),
        (put(4, float("inf")), LabelsInvalid, r"annotations.1.keypoints.4"),
        (put(4, 1e300), LabelsInvalid, r"annotations.1.keypoints.4"),
        (put(4, "7"), LabelsInvalid, r"annotations.1.keypoints.4"),
        (put(5, 3), LabelsInvalid, "visibility"),
        (change("weight", float("nan")), LabelsInvalid, "not finite"),
        (change("bbox", [1, 2, 3]), LabelsInvalid, r"annotations.1.bbox"),
        (change("image_id", 5), LabelsInvalid, "no image 5"),
        (change("category_id", 5), LabelsInvalid, "no category 5"),
        (change("id", 10), LabelsInvalid, "2 annotations have the id 10"),
        (change("frame_index", -1, "images"), LabelsInvalid, r"images.1.frame_index"),
        (change("frame_index", 1.5, "images"), LabelsInvalid, r"images.1.frame_index"),
        (change("frame_index", 0, "images"), LabelsInvalid, "2 images are of frame 0"),
        (change("id", 100, "images"), LabelsInvalid, "2 images have the id 100"),
        (change("width", 0, "images"), LabelsInvalid, r"images.1.width"),
        (change("image_id", 100), TrackTwice, "Frame 0 .* without a track_id"),
    ],
)
def test_wrong_labels_are_told_what_and_where(wrong: Change, problem: type[Problem], told: str) -> None:
    labels = document([0, 7])
    wrong(labels)
    with pytest.raises(problem, match=told):
        read_document(to_json(labels))


def test_a_track_that_is_on_a_frame_twice() -> None:
    labels = document([0, 7], track_id=4)
    labels["annotations"][1]["image_id"] = 100
    with pytest.raises(TrackTwice, match="track_id 4"):
        read_document(to_json(labels))


def test_nothing_labelled() -> None:
    labels = document([0, 7])
    with pytest.raises(NoLabels):
        read_document(to_json({**labels, "annotations": []}))
    for annotation in labels["annotations"]:
        annotation["keypoints"] = [0] * 15
    with pytest.raises(NoLabels):
        read_document(to_json(labels))


def test_more_points_than_can_be_carried() -> None:
    labels = document([0])
    labels["categories"][0]["keypoints"] = ["x"] * (MAX_POINTS + 1)
    labels["annotations"][0]["keypoints"] = [1, 1, 2] * (MAX_POINTS + 1)
    with pytest.raises(LabelsInvalid, match="at most"):
        read_document(to_json(labels))


def test_only_some_of_many_faults_are_listed() -> None:
    labels = document([0, 7])
    labels["annotations"][1]["keypoints"] = ["x"] * 50
    with pytest.raises(LabelsInvalid, match="and 47 more") as told:
        read_document(to_json(labels))
    assert len(told.value.detail) < 400


def test_another_videos_size_is_refused() -> None:
    labels = document([0, 7])
    read_document(to_json(labels)).check_video(VideoInfo(*SIZE, 0, None, "h264"))
    turned = VideoInfo(*SIZE[::-1], 90, None, "h264")
    with pytest.raises(OtherVideo, match="320 x 240"):
        read_document(to_json(labels)).check_video(turned)
    for image in labels["images"]:
        del image["width"], image["height"]
    read_document(to_json(labels)).check_video(turned)


def test_members_that_answers_write_anew_are_dropped() -> None:
    sent = document([0]) | {"error": {"title": "of an earlier run"}, "propagation": {"flow": "dis"}}
    assert set(read_document(json.dumps(sent).encode()).others) == {"info", "categories"}
