"""The reader against a small data set, whole and broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import JOINTS, read_clips


def change(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "joints.json"
    data = json.loads(path.read_text())
    edit(data)
    path.write_text(json.dumps(data))


def test_clips_come_sorted_with_everything_about_them(jhmdb: Path) -> None:
    clips = read_clips(jhmdb)
    assert [(clip.name, clip.tier, clip.action) for clip in clips] == [
        ("000_walk.mp4", "B", "walk"),
        ("001_wave.mp4", "A", "wave"),
    ]
    assert clips[0].video == jhmdb / "clips" / "000_walk.mp4"
    assert clips[0].joints.shape == (6, 15, 2)
    assert clips[0].joints.dtype == np.float32


def test_one_tier_can_be_asked_for(jhmdb: Path) -> None:
    assert [clip.name for clip in read_clips(jhmdb, "A")] == ["001_wave.mp4"]


def test_labels_outside_the_picture_are_masked(jhmdb: Path) -> None:
    def put_on_the_edges(data: dict[str, Any]) -> None:
        data["clips"]["001_wave.mp4"]["joints"][2][:6] = [
            [0, 0],
            [319, 239],
            [-0.5, 9],
            [319.5, 9],
            [9, -1],
            [9, 240],
        ]

    change(jhmdb, put_on_the_edges)
    (clip,) = read_clips(jhmdb, "A")
    assert clip.valid[2, :6].tolist() == [True, True, False, False, False, False]
    assert clip.valid[0].sum() == 4
    assert clip.valid[0, JOINTS.index("face")]


def test_a_folder_without_labels_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match=r"joints\.json"):
        read_clips(tmp_path)


def test_a_labelled_clip_without_its_video_is_named(jhmdb: Path) -> None:
    (jhmdb / "clips" / "000_walk.mp4").unlink()
    with pytest.raises(DatasetUnreadable, match=r"000_walk\.mp4 is labelled but missing"):
        read_clips(jhmdb)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda data: data.pop("clips"), "clips"),
        (lambda data: data["joint_names"].reverse(), "other joints"),
        (lambda data: data["clips"]["001_wave.mp4"].update(joints=[[[1, 2]]]), "shape"),
        (lambda data: data["clips"]["001_wave.mp4"].update(joints=[[1], [1, 2]]), "not a JHMDB label file"),
        (lambda data: data["clips"]["001_wave.mp4"].update(tier="C"), "tier 'C'"),
        (lambda data: data.update(clips=[1]), "not a JHMDB label file"),
    ],
)
def test_labels_of_another_form_are_refused(
    jhmdb: Path, edit: Callable[[dict[str, Any]], None], words: str
) -> None:
    change(jhmdb, edit)
    with pytest.raises(DatasetUnreadable, match=words):
        read_clips(jhmdb)


def test_a_file_that_is_not_json_is_refused(jhmdb: Path) -> None:
    (jhmdb / "joints.json").write_text("{")
    with pytest.raises(DatasetUnreadable, match=r"joints\.json"):
        read_clips(jhmdb)
