"""FLIC as released: ``examples.mat`` beside ``images``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat

from models.datasets.errors import DatasetUnreadable
from models.datasets.flic import read_flic
from models.skeletons.body13 import BODY13
from service.networks.upper7 import UPPER7

LABELLED = {"lsho": 0, "lelb": 1, "lwri": 2, "rsho": 3, "relb": 4, "rwri": 5}  # columns, by the release
LABELLED |= {"lhip": 6, "rhip": 9, "leye": 12, "reye": 13, "nose": 16}
PLACES = {  # counted from 1, as MATLAB does; faces the camera
    "lsho": (41, 21),
    "lelb": (45, 31),
    "lwri": (47, 41),
    "rsho": (21, 21),
    "relb": (17, 31),
    "rwri": (15, 41),
    "lhip": (38, 45),
    "rhip": (24, 45),
    "leye": (34, 8),
    "reye": (28, 8),
    "nose": (31, 11),
}


def example(name: str, test: bool, **changes: object) -> dict[str, Any]:
    coords = np.full((2, 29), np.nan)
    for joint, place in PLACES.items():
        coords[:, LABELLED[joint]] = place
    return {
        "poselet_hit_idx": 3,
        "moviename": "bourne",
        "coords": coords,
        "filepath": name,
        "imgdims": [48, 64, 3],
        "currframe": 12,
        "torsobox": [1, 2, 3, 4],
        "istrain": not test,
        "istest": test,
    } | changes


def save(folder: Path, examples: list[dict[str, Any]]) -> Path:
    kinds = [(name, object) for name in examples[0]]
    rows = np.array([[tuple(row[name] for name, _ in kinds) for row in examples]], dtype=kinds)
    savemat(folder / "examples.mat", {"examples": rows})
    return folder


@pytest.fixture
def folder(tmp_path: Path, write_picture: Callable[..., Path]) -> Path:
    for name in ("a.jpg", "b.jpg"):
        write_picture(tmp_path / "images" / name)
    return save(tmp_path, [example("a.jpg", test=False), example("b.jpg", test=True)])


def test_joints_are_the_persons_own_and_counted_from_nought(folder: Path) -> None:
    joints = read_flic(folder, UPPER7)[0].joints
    assert joints.tolist() == [[30, 8], [14, 40], [46, 40], [16, 30], [44, 30], [20, 20], [40, 20]]


def test_sides_named_as_the_viewer_sees_them_are_swapped(folder: Path) -> None:
    viewers = example("a.jpg", test=False)
    viewers["coords"][0] = 62 - viewers["coords"][0]
    joints = read_flic(save(folder, [viewers]), UPPER7)[0].joints
    assert joints[5, 0] < joints[6, 0]
    assert joints.tolist()[1:3] == [[14, 40], [46, 40]]


def test_the_release_says_what_is_for_testing(folder: Path) -> None:
    assert [sample.name for sample in read_flic(folder, UPPER7)] == ["train/bourne", "test/bourne"]


def test_legs_and_what_is_not_labelled_are_masked(folder: Path) -> None:
    hidden = example("a.jpg", test=False)
    hidden["coords"][:, LABELLED["rwri"]] = np.nan
    sample = read_flic(save(folder, [hidden]), BODY13)[0]
    unknown = [name for name, known in zip(BODY13.joints, sample.known, strict=True) if not known]
    assert unknown == ["right_wrist", "right_knee", "left_knee", "right_ankle", "left_ankle"]


def test_a_single_example_is_read_as_well(folder: Path) -> None:
    assert len(read_flic(save(folder, [example("b.jpg", test=True)]), UPPER7)) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"coords": np.zeros((2, 11))}, r"shape \(2, 11\)"), ({"filepath": "c.jpg"}, r"c\.jpg is labelled")],
)
def test_another_form_is_refused(folder: Path, wrong: dict[str, object], words: str) -> None:
    with pytest.raises(DatasetUnreadable, match=words):
        read_flic(save(folder, [example("a.jpg", test=False, **wrong)]), UPPER7)


def test_a_missing_field_is_named(folder: Path) -> None:
    short = example("a.jpg", test=False)
    del short["moviename"]
    with pytest.raises(DatasetUnreadable, match="moviename"):
        read_flic(save(folder, [short]), UPPER7)
