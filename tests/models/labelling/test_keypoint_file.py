"""What is written as keypoints reads back as samples."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.datasets.catalogue import READERS
from models.labelling.keypoint_file import KeypointFile
from service.commands.whole_file import OutputImpossible
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.upper7 import UPPER7
from tests.videos import numbered

JOINTS = np.arange(66, dtype=np.float32).reshape(33, 2)


def write(folder: Path, kept: np.ndarray) -> Path:
    keypoints = KeypointFile(folder, BLAZEPOSE33, {"teacher": "blazepose-full"})
    keypoints.add(numbered(5), "film.mp4", JOINTS, kept)
    keypoints.save()
    return folder


def test_labels_read_back_on_the_right_side_with_their_picture(tmp_path: Path) -> None:
    (sample,) = READERS["pseudo"](write(tmp_path / "out", np.ones(33, bool)), UPPER7)
    assert (sample.source, sample.name) == ("pseudo", "film.mp4")
    assert np.abs(sample.read().astype(int) - numbered(5)).mean() < 3
    assert sample.known.all()
    for joint, place in zip(UPPER7.joints[1:], sample.joints[1:], strict=True):
        assert place.tolist() == JOINTS[BLAZEPOSE33.index(joint)].tolist()
    assert sample.joints[0] == pytest.approx(JOINTS[[0, 2, 5, 7, 8, 9, 10]].mean(axis=0), abs=0.05)


def test_joints_that_are_not_kept_are_not_labels(tmp_path: Path) -> None:
    kept = np.ones(33, bool)
    kept[BLAZEPOSE33.index("left_wrist")] = kept[BLAZEPOSE33.index("left_ear")] = False
    (sample,) = READERS["pseudo"](write(tmp_path, kept), UPPER7)
    assert [UPPER7.joints[n] for n in np.flatnonzero(~sample.known)] == ["head", "left_wrist"]


def test_the_file_says_how_it_was_made_and_is_cocos_format(tmp_path: Path) -> None:
    kept = np.zeros(33, bool)
    kept[[3, 7]] = True
    data = json.loads((write(tmp_path, kept) / "annotations.json").read_text())
    assert data["info"] == {"teacher": "blazepose-full"}
    assert data["categories"][0]["skeleton"][0] == [1, 2]
    (person,) = data["annotations"]
    assert person["num_keypoints"] == 2
    assert person["bbox"] == [6, 7, 8, 8]
    assert person["keypoints"][9:12] == [6, 7, 2]
    assert person["keypoints"][:3] == [0, 0, 0]


def test_annotations_that_are_there_are_not_written_over(tmp_path: Path) -> None:
    write(tmp_path, np.ones(33, bool))
    with pytest.raises(OutputImpossible, match="there already"):
        KeypointFile(tmp_path, BLAZEPOSE33, {})


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputImpossible, match="file/images"):
        KeypointFile(tmp_path / "file", BLAZEPOSE33, {})
