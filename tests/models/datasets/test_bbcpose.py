"""BBC Pose as released: one ``bbcpose.mat`` for all videos, numbered folders of numbered frames."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat

from models.datasets.bbcpose import read_bbcpose
from models.datasets.errors import DatasetUnreadable
from service.networks.upper7 import UPPER7

PERSON = np.array([[31, 10], [15, 41], [47, 42], [17, 31], [45, 32], [21, 21], [41, 22]], float)  # from 1


def video(kind: str, train: list[int], test: list[int]) -> dict[str, Any]:
    def joints(frames: list[int]) -> np.ndarray:
        return np.stack([PERSON.T + frame for frame in frames], axis=-1) if frames else np.zeros((0, 0))

    return {
        "videoName": "x",
        "type": kind,
        "source": "buehler",
        "train_frames": np.array([train], float),
        "train_joints": joints(train),
        "test_frames": np.array([test], float),
        "test_joints": joints(test),
    }


def save(folder: Path, videos: list[dict[str, Any]]) -> Path:
    kinds = [(name, object) for name in videos[0]]
    rows = np.array([[tuple(row[name] for name, _ in kinds) for row in videos]], dtype=kinds)
    savemat(folder / "bbcpose.mat", {"bbcpose": rows})
    return folder


@pytest.fixture
def folder(tmp_path: Path, write_picture: Callable[..., Path]) -> Path:
    for number, frames in {1: (3, 4, 9), 3: (5,)}.items():
        for frame in frames:
            write_picture(tmp_path / str(number) / f"{frame}.jpg")
    return save(
        tmp_path, [video("train", [3, 4, 9], []), video("train", [1], []), video("test", [1, 2], [5])]
    )


def test_training_videos_give_the_trackers_labels_the_others_those_by_hand(folder: Path) -> None:
    samples = read_bbcpose(folder, UPPER7, every=1)
    names = [(s.name, s.picture.name) for s in samples if isinstance(s.picture, Path)]
    assert names == [("train/1", "3.jpg"), ("train/1", "4.jpg"), ("train/1", "9.jpg"), ("test/3", "5.jpg")]


def test_the_order_is_the_papers_and_pixels_count_from_nought(folder: Path) -> None:
    samples = read_bbcpose(folder, UPPER7, every=1)
    for sample, frame in zip(samples, (3, 4, 9, 5), strict=True):
        assert sample.joints.tolist() == (PERSON + frame - 1).tolist()
        assert sample.known.all()


def test_only_training_videos_are_thinned_out(folder: Path) -> None:
    assert [s.name for s in read_bbcpose(folder, UPPER7, every=2)] == ["train/1", "train/1", "test/3"]


def test_joints_that_are_not_labelled_are_masked(folder: Path) -> None:
    one = video("train", [3], [])
    one["train_joints"] = PERSON.T[..., None].copy()
    one["train_joints"][:, 1] = -1
    assert read_bbcpose(save(folder, [one]), UPPER7)[0].known.tolist() == [True, False] + [True] * 5


def test_a_missing_frame_is_named(folder: Path) -> None:
    (folder / "1" / "9.jpg").unlink()
    with pytest.raises(DatasetUnreadable, match=r"9\.jpg is labelled but missing"):
        read_bbcpose(folder, UPPER7, every=1)


def test_labels_without_any_video_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match="no labelled frames"):
        read_bbcpose(save(tmp_path, [video("train", [1], [])]), UPPER7)


def test_joints_in_another_order_of_axes_are_refused(folder: Path) -> None:
    turned = video("train", [3, 4], [])
    turned["train_joints"] = turned["train_joints"].transpose(1, 0, 2)
    with pytest.raises(DatasetUnreadable, match=r"shape \(7, 2, 2\)"):
        read_bbcpose(save(folder, [turned]), UPPER7)


def test_a_missing_field_is_named(folder: Path) -> None:
    short = video("train", [3], [])
    del short["train_joints"]
    with pytest.raises(DatasetUnreadable, match="train_joints"):
        read_bbcpose(save(folder, [short]), UPPER7)
