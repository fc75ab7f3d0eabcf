from __future__ import annotations

import json
from typing import Any

import pytest

from service.api.labels import Writer, read_document
from service.api.labels.answer import made_by
from service.api.problem_details import ProblemDetails
from service.media.errors import VideoDamaged
from service.media.frame import VideoInfo
from service.options import FlowMethod
from service.propagation import Method
from service.propagation.blend import Canvas, blend, labelled
from service.propagation.carried import CarriedFrame
from service.propagation.trail import Trail
from tests.moving import SIZE, document, to_json

LABELS = document([0, 2])


def write(end: bool = True, labels: dict[str, Any] = LABELS) -> dict[str, Any]:
    """Three frames, the first and the last of them labelled."""
    read = read_document(to_json(labels))
    writer = Writer(read, VideoInfo(*SIZE, 0, 3, "h264"), made_by(Method.FLOW, FlowMethod.DIS, None))
    first, last = read.labels.at(0), read.labels.at(2)
    between = blend(1, Trail.start(0, first), Trail.start(2, last), Canvas(*SIZE))
    pieces = [
        writer.header(),
        writer.frame(CarriedFrame(0, 0.4, True, tuple(labelled(0, each) for each in first))),
        writer.frame(CarriedFrame(1, 0.433333333, False, between)),
        writer.frame(CarriedFrame(2, 0.5, True, tuple(labelled(2, each) for each in last))),
    ]
    problem = ProblemDetails.from_problem(VideoDamaged("half of it"), "/v1/propagate")
    pieces.append(writer.end() if end else writer.error(problem))
    written: dict[str, Any] = json.loads(b"".join(pieces))
    return written


def test_every_frame_has_an_image_called_by_its_index() -> None:
    images = write()["images"]
    assert [image["id"] for image in images] == [0, 1, 2]
    assert [image["frame_index"] for image in images] == [0, 1, 2]
    assert [image["time_s"] for image in images] == [0.4, 0.433333, 0.5]
    assert [image.get("file_name") for image in images] == ["0", None, "2"]
    assert all((image["width"], image["height"]) == SIZE for image in images)


def test_labels_keep_their_ids_and_others_get_new_ones() -> None:
    annotations = write()["annotations"]
    assert [each["image_id"] for each in annotations] == [0, 1, 2]
    assert [each["id"] for each in annotations] == [10, 13, 12]
    nameless = document([0, 2])
    for annotation in nameless["annotations"]:
        del annotation["id"]
    assert [each["id"] for each in write(labels=nameless)["annotations"]] == [1, 2, 3]


def test_what_was_sent_comes_back() -> None:
    written = write()
    assert written["info"] == LABELS["info"]
    assert written["categories"] == LABELS["categories"]
    assert written["propagation"] == {"schema": "flowpose.v1", "method": "flow", "flow": "dis"}
    assert "error" not in written
    assert [written["annotations"][n]["keypoints"] for n in (0, 2)] == [
        each["keypoints"] for each in LABELS["annotations"]
    ]


def test_an_early_end_is_still_a_document() -> None:
    written = write(end=False)
    assert written["error"]["type"] == "/problems/video-damaged"
    assert len(written["images"]) == len(written["annotations"]) == 3


def test_an_answer_can_be_sent_again() -> None:
    again = read_document(json.dumps(write()).encode())
    assert again.labels.frames == (0, 1, 2)
    assert again.next_id == pytest.approx(14)
