"""ChaLearn samples of 2013 (a .mat file) and 2014 (a .csv file), beside their colour video."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from models.datasets.chalearn import KINECT, read_chalearn
from models.datasets.errors import DatasetUnreadable
from service.networks.upper7 import UPPER7
from tests.videos import numbered, steady, write_video

FRAMES = 6
PLACES = {
    "Head": (80, 12),
    "ShoulderLeft": (100, 30),
    "ElbowLeft": (110, 50),
    "WristLeft": (112, 70),
    "ShoulderRight": (60, 30),
    "ElbowRight": (50, 50),
    "WristRight": (48, 70),
}
WANTED = [PLACES[name] for name in (
    "Head", "WristRight", "WristLeft", "ElbowRight", "ElbowLeft", "ShoulderRight", "ShoulderLeft"
)]  # fmt: skip


def pixels(frame: int, mirrored: bool = False) -> np.ndarray:
    """(20, 2): a person who moves right by a pixel a frame and faces the sensor; nobody in frame 2."""
    if frame == 2:
        return np.zeros((20, 2))
    places = np.array([PLACES.get(name, (80, 90)) for name in KINECT], float)
    if mirrored:
        places[:, 0] = 160 - places[:, 0]
    return places + np.array([frame, 0])


def save_2014(folder: Path, mirrored: bool = False) -> None:
    rows = np.zeros((FRAMES, 20, 9))
    for frame in range(FRAMES):
        rows[frame, :, :3] = 0.5
        rows[frame, :, 7:] = pixels(frame, mirrored)
    np.savetxt(folder / "Sample0001_skeleton.csv", rows.reshape(FRAMES, -1), delimiter=",", fmt="%g")


def save_2013(folder: Path) -> None:
    kinds = [("JointType", object), ("WorldPosition", object), ("PixelPosition", object)]
    frames = np.empty((1, FRAMES), dtype=[("Skeleton", object)])
    for frame in range(FRAMES):
        names = np.array(KINECT[::-1], object)[:, None] if frame != 2 else np.zeros((1, 1))
        skeleton = np.array([[(names, np.zeros((20, 3)), pixels(frame)[::-1])]], dtype=kinds)
        frames[0, frame] = (skeleton,)
    video = np.array([[(FRAMES, frames)]], dtype=[("NumFrames", object), ("Frames", object)])
    savemat(folder / "Sample0001_data.mat", {"Video": video})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sample = tmp_path / "training1" / "Sample0001"
    sample.mkdir(parents=True)
    images = (numbered(index) for index in range(FRAMES))
    write_video(sample / "Sample0001_color.mp4", images, steady(FRAMES, 20))
    return sample


@pytest.mark.parametrize("save", [save_2013, save_2014])
def test_the_sensors_joints_belong_to_their_frame(folder: Path, save: object) -> None:
    assert callable(save)
    save(folder)
    samples = read_chalearn(folder.parents[1], UPPER7, every=3)
    assert [sample.name for sample in samples] == ["Sample0001", "Sample0001"]
    for sample, frame in zip(samples, (0, 3), strict=True):
        assert sample.known.all()
        assert sample.joints.tolist() == [[x + frame, y] for x, y in WANTED]
        assert sample.read().shape == (96, 160, 3)


@pytest.mark.parametrize("save", [save_2013, save_2014])
def test_frames_without_a_person_are_left_out(folder: Path, save: object) -> None:
    assert callable(save)
    save(folder)
    assert len(read_chalearn(folder, UPPER7, every=1)) == FRAMES - 1


def test_in_a_mirrored_picture_the_arm_that_looks_left_is_left(folder: Path) -> None:
    save_2014(folder, mirrored=True)
    joints = read_chalearn(folder, UPPER7, every=100)[0].joints
    assert joints.tolist() == [list(place) for place in WANTED]


def test_a_table_of_another_width_is_refused(folder: Path) -> None:
    np.savetxt(folder / "Sample0001_skeleton.csv", np.zeros((FRAMES, 40)), delimiter=",")
    with pytest.raises(DatasetUnreadable, match=r"not a skeleton\.csv"):
        read_chalearn(folder, UPPER7)


def test_a_mat_file_without_the_video_is_refused(folder: Path) -> None:
    savemat(folder / "Sample0001_data.mat", {"Movie": 1})
    with pytest.raises(DatasetUnreadable, match="Video"):
        read_chalearn(folder, UPPER7)


def test_a_video_without_labels_is_named(folder: Path) -> None:
    with pytest.raises(DatasetUnreadable, match=r"Sample0001_data\.mat"):
        read_chalearn(folder, UPPER7)


def test_a_folder_without_videos_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match=r"_color\.mp4"):
        read_chalearn(tmp_path, UPPER7)
