"""OpenPose's files, read as OpenPose itself reads them: with OpenCV's FileStorage."""

from __future__ import annotations

import io
import json
import zipfile

import cv2
import numpy as np
import pytest

from service.api.formats import FormatName, format_of
from service.api.schemas import HeaderSchema
from service.media.errors import VideoDamaged
from service.networks.body25 import BODY25
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import PEOPLE, Written


def opened(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def bodies(text: str) -> list[np.ndarray]:
    """(25, 3) of each person in a file."""
    storage = cv2.FileStorage(
        text, cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY | cv2.FILE_STORAGE_FORMAT_JSON
    )
    people = storage.getNode("people")
    found = []
    for n in range(people.size()):
        node = people.at(n).getNode("pose_keypoints_2d")
        found.append(np.array([node.at(i).real() for i in range(node.size())]).reshape(25, 3))
    return found


def test_there_is_a_file_for_every_frame_called_as_openpose_calls_it(written: Written) -> None:
    names = opened(written("openpose")).namelist()
    assert names == [f"walk_{n:012d}_keypoints.json" for n in range(len(PEOPLE))]


def test_every_joint_is_read_back_in_its_place(written: Written, walk: list[FramePoses]) -> None:
    archive = opened(written("openpose"))
    for frame, name in zip(walk, archive.namelist(), strict=True):
        read = bodies(archive.read(name).decode())
        assert len(read) == len(frame.people)
        for body, person in zip(read, frame.people, strict=True):
            for joint, source in {"nose": 0, "right_wrist": 16, "left_ankle": 27, "left_big_toe": 31}.items():
                row = body[BODY25.index(joint)]
                assert row[:2] == pytest.approx(person.joints[source], abs=0.006)
                assert row[2] == pytest.approx(person.scores[source], abs=1e-4)


def test_neck_and_hips_are_means_and_what_nobody_knows_is_nought(
    written: Written, walk: list[FramePoses]
) -> None:
    archive = opened(written("openpose"))
    (body,) = bodies(archive.read(archive.namelist()[1]).decode())
    person = walk[1].people[0]
    neck, hips = body[BODY25.index("neck")], body[BODY25.index("mid_hip")]
    assert neck[:2] == pytest.approx(person.joints[[11, 12]].mean(axis=0), abs=0.006)
    assert neck[2] == pytest.approx(person.scores[[11, 12]].min(), abs=1e-4)
    assert hips[:2] == pytest.approx(person.joints[[23, 24]].mean(axis=0), abs=0.006)
    assert body[BODY25.index("left_small_toe")].tolist() == [0, 0, 0]
    assert body[BODY25.index("right_small_toe")].tolist() == [0, 0, 0]


def test_the_array_has_the_same_objects(written: Written) -> None:
    archive = opened(written("openpose"))
    array = json.loads(written("openpose-json"))
    assert array == [json.loads(archive.read(name)) for name in archive.namelist()]
    assert array[2]["people"][1]["person_id"] == [4]
    assert array[0] == {"version": 1.3, "people": []}
    assert json.loads(written("openpose-json", [])) == []


def test_the_zip_file_is_streamed(body: HeaderSchema, walk: list[FramePoses]) -> None:
    form = format_of(FormatName.OPENPOSE)
    assert form.header(body) == b""
    assert all(form.frame(FramePoses(n, 0.0, (), 1)) for n in range(3))


def test_what_ends_the_video_early_is_a_file_of_its_own(written: Written, walk: list[FramePoses]) -> None:
    def broken() -> object:
        yield from walk[:2]
        raise VideoDamaged("at 0:03")

    archive = opened(written("openpose", broken()))
    assert len(archive.namelist()) == 3
    assert json.loads(archive.read("error.json"))["detail"] == "at 0:03"


def test_the_same_walk_gives_the_same_bytes(written: Written) -> None:
    assert written("openpose") == written("openpose")
