from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO

from service.media.errors import VideoDamaged
from service.networks.posetrack17 import POSETRACK17
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import PEOPLE, Written


def test_coco_tools_read_every_person_of_every_frame(
    written: Written, walk: list[FramePoses], tmp_path: Path
) -> None:
    file = tmp_path / "walk.json"
    file.write_bytes(written("posetrack18"))
    read = COCO(str(file))
    assert read.getImgIds() == list(range(len(PEOPLE)))
    assert read.loadImgs([5])[0]["file_name"] == "images/walk/000005.jpg"
    assert {image["nframes"] for image in read.imgs.values()} == {len(PEOPLE)}
    assert read.loadCats([1])[0]["keypoints"] == list(POSETRACK17.joints)
    for frame in walk:
        annotations = read.loadAnns(read.getAnnIds(imgIds=[frame.index]))
        assert [one["track_id"] for one in annotations] == [person.id for person in frame.people]
        for one, person in zip(annotations, frame.people, strict=True):
            rows = np.array(one["keypoints"]).reshape(17, 3)
            wrist = rows[POSETRACK17.index("left_wrist")]
            assert wrist[:2] == pytest.approx(person.joints[15], abs=0.006)
            assert one["scores"] == rows[:, 2].tolist()


def test_the_neck_is_between_mouth_and_shoulders_and_the_top_of_the_head_unknown(
    written: Written, walk: list[FramePoses]
) -> None:
    first = json.loads(written("posetrack18"))["annotations"][0]
    rows = np.array(first["keypoints"]).reshape(17, 3)
    joints = walk[1].people[0].joints
    assert rows[1, :2] == pytest.approx(joints[[9, 10, 11, 12]].mean(axis=0), abs=0.006)
    assert rows[2].tolist() == [0, 0, 0]


def test_a_video_with_nobody_is_whole(written: Written, walk: list[FramePoses]) -> None:
    answer = json.loads(written("posetrack18", walk[:1]))
    assert (len(answer["images"]), answer["annotations"]) == (1, [])
    assert "error" not in answer


def test_what_ends_the_video_early_is_a_member(written: Written, walk: list[FramePoses]) -> None:
    def broken() -> object:
        yield from walk[:3]
        raise VideoDamaged("at 0:03")

    answer = json.loads(written("posetrack18", broken()))
    assert len(answer["images"]) == 3
    assert answer["error"]["type"] == "/problems/video-damaged"
