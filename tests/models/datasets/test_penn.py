"""Penn Action as released: a label file and a folder of frames for each sequence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from models.datasets.errors import DatasetUnreadable
from models.datasets.penn import read_penn
from models.skeletons.body13 import BODY13

X = [31.0, 41, 21, 45, 17, 47, 15, 38, 24, 39, 23, 40, 22]  # head, then left and right by turns
Y = [8.0, 20, 21, 30, 31, 40, 41, 42, 43, 50, 51, 60, 61]


def save(folder: Path, name: str, frames: int, train: int = 1, **changes: object) -> Path:
    (folder / "labels").mkdir(exist_ok=True)
    labels: dict[str, object] = {
        "action": "tennis_serve",
        "pose": "back",
        "x": np.array([X] * frames) + np.arange(frames)[:, None],
        "y": np.array([Y] * frames),
        "visibility": np.ones((frames, 13), np.uint8),
        "train": train,
        "bbox": np.zeros((frames, 4)),
        "dimensions": [48, 64, frames],
        "nframes": frames,
    }
    kept = {key: value for key, value in (labels | changes).items() if value is not None}
    savemat(folder / "labels" / f"{name}.mat", kept)
    return folder


@pytest.fixture
def folder(tmp_path: Path, write_picture: Callable[..., Path]) -> Path:
    for name, frames in {"0001": 7, "0002": 1}.items():
        for frame in range(frames):
            write_picture(tmp_path / "frames" / name / f"{frame + 1:06d}.jpg")
    save(tmp_path, "0002", 1, train=-1)
    return save(tmp_path, "0001", 7)


def test_every_fifth_frame_is_read_with_its_own_picture(folder: Path) -> None:
    samples = read_penn(folder, BODY13)
    pictures = [sample.picture for sample in samples]
    frames = folder / "frames"
    assert pictures == [frames / "0001/000001.jpg", frames / "0001/000006.jpg", frames / "0002/000001.jpg"]
    assert samples[1].joints[0].tolist() == [31 + 5, 8]


def test_joints_keep_their_side(folder: Path) -> None:
    joints = read_penn(folder, BODY13)[0].joints
    for pair in range(6):
        left, right = BODY13.swaps[pair][1], BODY13.swaps[pair][0]
        wrist_elbow_shoulder_hip_knee_ankle = (2, 1, 0, 3, 4, 5)[pair]
        column = 1 + 2 * wrist_elbow_shoulder_hip_knee_ankle
        assert joints[left].tolist() == [X[column], Y[column]]
        assert joints[right].tolist() == [X[column + 1], Y[column + 1]]


def test_the_release_says_what_is_for_testing(folder: Path) -> None:
    assert {sample.name for sample in read_penn(folder, BODY13)} == {"train/0001", "test/0002"}


def test_joints_that_are_not_visible_are_masked(folder: Path) -> None:
    visible = np.ones((7, 13), np.uint8)
    visible[0, 6] = 0
    sample = read_penn(save(folder, "0001", 7, visibility=visible), BODY13)[0]
    assert [BODY13.joints[n] for n in np.flatnonzero(~sample.known)] == ["right_wrist"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"x": np.zeros((7, 14))}, "not frames x 13"),
        ({"visibility": np.ones((6, 13))}, "not frames x 13"),
        ({"y": None}, "'y'"),
        ({"train": None}, "train"),
    ],
)
def test_another_form_is_refused(folder: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(DatasetUnreadable, match=words):
        read_penn(save(folder, "0001", 7, **changes), BODY13)


def test_a_missing_frame_is_named(folder: Path) -> None:
    (folder / "frames/0001/000006.jpg").unlink()
    with pytest.raises(DatasetUnreadable, match=r"000006\.jpg is labelled but missing"):
        read_penn(folder, BODY13)


def test_a_damaged_label_file_is_named(folder: Path) -> None:
    (folder / "labels/0001.mat").write_bytes(b"not matlab")
    with pytest.raises(DatasetUnreadable, match=r"0001\.mat"):
        read_penn(folder, BODY13)


def test_a_folder_without_labels_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match="labels"):
        read_penn(tmp_path, BODY13)
