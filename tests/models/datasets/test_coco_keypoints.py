"""COCO keypoint files with any names of points, whole and broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.datasets.catalogue import READERS
from models.datasets.coco_keypoints import read_coco_keypoints
from models.datasets.errors import DatasetUnreadable
from service.networks.upper7 import UPPER7

NAMES = ["left_wrist", "right_wrist", "head_top", "neck"]


@pytest.fixture
def folder(tmp_path: Path, write_picture: Callable[..., Path]) -> Path:
    write_picture(tmp_path / "images" / "one.jpg", (64, 48))
    write_picture(tmp_path / "images" / "two.jpg")
    data = {
        "images": [
            {"id": 7, "file_name": "one.jpg", "source": "film"},
            {"id": 3, "file_name": "two.jpg"},
        ],
        "categories": [{"id": 1, "name": "person", "keypoints": NAMES}],
        "annotations": [
            {"image_id": 3, "category_id": 1, "keypoints": [1, 2, 2, 0, 0, 0, 10, 10, 1, 20, 30, 2]},
            {"image_id": 7, "category_id": 1, "keypoints": [-9, 2, 2, 5, 6, 1, 0, 0, 0, 20, 30, 2]},
            {"image_id": 7, "category_id": 1, "keypoints": [0] * 12},
            {"image_id": 7, "category_id": 1, "iscrowd": 1, "keypoints": [1] * 12},
        ],
    }
    (tmp_path / "annotations.json").write_text(json.dumps(data))
    return tmp_path


def change(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "annotations.json"
    data = json.loads(path.read_text())
    edit(data)
    path.write_text(json.dumps(data))


def test_people_come_in_the_order_of_the_file_without_crowds_and_unlabelled_ones(folder: Path) -> None:
    samples = read_coco_keypoints(folder, UPPER7)
    assert [sample.picture.name for sample in samples if isinstance(sample.picture, Path)] == [
        "two.jpg",
        "one.jpg",
    ]


def test_joints_take_the_order_of_the_skeleton(folder: Path) -> None:
    first = read_coco_keypoints(folder, UPPER7)[0]
    assert first.known.tolist() == [True, False, True, False, False, False, False]
    assert first.joints[0].tolist() == [15, 20]
    assert first.joints[2].tolist() == [1, 2]
    assert np.isnan(first.joints[[1, 3, 4, 5, 6]]).all()
    assert first.joints.dtype == np.float32


def test_hidden_joints_are_known_and_those_outside_the_picture_too(folder: Path) -> None:
    second = read_coco_keypoints(folder, UPPER7)[1]
    assert second.joints[1].tolist() == [5, 6]
    assert second.joints[2].tolist() == [-9, 2]


def test_people_of_one_photograph_share_its_name(folder: Path) -> None:
    assert [sample.name for sample in read_coco_keypoints(folder, UPPER7)] == ["two.jpg", "film"]


def test_the_picture_can_be_read(folder: Path) -> None:
    assert read_coco_keypoints(folder, UPPER7)[1].read().shape == (48, 64, 3)


@pytest.mark.parametrize("source", ["lspet", "mpii", "street", "coco", "pseudo"])
def test_the_catalogue_names_the_source(folder: Path, source: str) -> None:
    assert {sample.source for sample in READERS[source](folder, UPPER7)} == {source}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda data: data.pop("categories"), "categories"),
        (lambda data: data["annotations"][0].update(image_id=99), "99"),
        (lambda data: data["annotations"][0].update(keypoints=[1, 2, 2]), "not a COCO keypoint file"),
        (lambda data: data["annotations"][0].pop("keypoints"), "keypoints"),
        (lambda data: data.update(images=3), "not a COCO keypoint file"),
    ],
)
def test_another_form_is_refused(folder: Path, edit: Callable[[dict[str, Any]], object], words: str) -> None:
    change(folder, edit)
    with pytest.raises(DatasetUnreadable, match=words):
        read_coco_keypoints(folder, UPPER7)


def test_a_missing_picture_is_named(folder: Path) -> None:
    (folder / "images" / "one.jpg").unlink()
    with pytest.raises(DatasetUnreadable, match=r"one\.jpg is labelled but missing"):
        read_coco_keypoints(folder, UPPER7)


def test_a_folder_without_labels_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match=r"annotations\.json"):
        read_coco_keypoints(tmp_path, UPPER7)
