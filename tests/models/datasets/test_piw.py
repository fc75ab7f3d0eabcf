"""Poses in the Wild as released: ``poses_in_the_wild_data.mat`` and the pictures that it names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat

from models.datasets.errors import DatasetUnreadable
from models.datasets.piw import read_piw
from service.networks.upper7 import UPPER7

PICTURE = "/dataset/selected_seqs/seq15/The-Terminal-6452-6463-00089.png"
POINTS = [[31, 16], [41, 21], [45, 31], [47, 41], [21, 21], [17, 31], [-1, -1], [31, 40]]  # from 1
VISIBLE = [1, 1, 1, 1, 1, 1, 0, 1]


def save(folder: Path, **changes: object) -> Path:
    frame: dict[str, Any] = {"im": PICTURE, "point": np.array(POINTS, float), "visible": np.array(VISIBLE)}
    frame |= changes
    frame = {name: value for name, value in frame.items() if value is not None}
    row = np.array([[tuple(frame.values())]], dtype=[(name, object) for name in frame])
    savemat(folder / "poses_in_the_wild_data.mat", {"piw_data": row})
    return folder


@pytest.fixture
def folder(tmp_path: Path, write_picture: Callable[..., Path]) -> Path:
    write_picture(tmp_path / PICTURE.lstrip("/"))
    return save(tmp_path)


def test_arms_keep_their_side_and_the_head_is_not_known(folder: Path) -> None:
    (sample,) = read_piw(folder, UPPER7)
    assert sample.known.tolist() == [False, False, True, True, True, True, True]
    assert sample.joints[2:].tolist() == [[46, 40], [16, 30], [44, 30], [20, 20], [40, 20]]


def test_all_of_it_is_for_testing_by_sequence(folder: Path) -> None:
    assert [sample.name for sample in read_piw(folder, UPPER7)] == ["test/seq15"]


def test_a_point_that_is_marked_invisible_is_masked(folder: Path) -> None:
    (sample,) = read_piw(save(folder, visible=np.array([1, 1, 1, 0, 1, 1, 0, 1])), UPPER7)
    assert not sample.known[UPPER7.index("left_wrist")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"point": np.zeros((13, 2))}, "8 joints"),
        ({"visible": np.ones(4)}, "8 joints"),
        ({"visible": None}, "visible"),
        ({"im": "elsewhere.png"}, r"elsewhere\.png is labelled but missing"),
    ],
)
def test_another_form_is_refused(folder: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(DatasetUnreadable, match=words):
        read_piw(save(folder, **changes), UPPER7)
