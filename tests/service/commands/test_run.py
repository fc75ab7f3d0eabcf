"""`flowpose run` in the formats of other programs; the native ones are in `tests/service/test_cli.py`."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
from skimage import data

from service.api.problems import ParametersInvalid
from service.cli import make_cli
from service.commands.whole_file import OutputImpossible
from service.split.errors import VideoOutOfReach, WorkersInvalid
from tests.running import pulled_networks
from tests.videos import steady, truncate, write_video

FAST = ("--window", "0", "--flow", "none", "--pooling", "none")
FRAMES = 3


@pytest.fixture(scope="module", autouse=True)
def _networks() -> None:
    pulled_networks()


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    picture: np.ndarray = data.astronaut()
    images = (np.ascontiguousarray(picture[:480, x : x + 480]) for x in range(FRAMES))
    return write_video(tmp_path_factory.mktemp("run") / "person.mp4", images, steady(FRAMES))


def run(*arguments: object) -> None:
    make_cli()(["run", *map(str, arguments)], standalone_mode=False)


def test_the_suffix_says_the_format(video: Path, tmp_path: Path) -> None:
    out = tmp_path / "person.zip"
    run(video, "-o", out, *FAST)
    names = zipfile.ZipFile(out).namelist()
    assert names == [f"person_{n:012d}_keypoints.json" for n in range(FRAMES)]
    assert list(tmp_path.iterdir()) == [out]


def test_a_longer_suffix_goes_before_a_shorter_one(video: Path, tmp_path: Path) -> None:
    run(video, "-o", tmp_path / "person.coco.json", *FAST)
    items = json.loads((tmp_path / "person.coco.json").read_text())
    assert [item["image_id"] for item in items] == list(range(FRAMES))


def test_the_format_and_the_skeleton_may_be_said(video: Path, tmp_path: Path) -> None:
    run(video, "-o", tmp_path / "out.txt", "--format", "trc", "--skeleton", "jhmdb15", *FAST)
    assert "\tbelly\t" in (tmp_path / "out.txt").read_text()


def test_a_heatmap_is_drawn_into_the_video(video: Path, tmp_path: Path) -> None:
    run(video, "-o", tmp_path / "out.mp4", "--heatmap", "left_shoulder", *FAST)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == FRAMES


def test_a_damaged_video_leaves_what_could_be_read(tmp_path: Path) -> None:
    picture: np.ndarray = data.astronaut()[:200, :200]
    cut = write_video(tmp_path / "cut.mp4", [np.roll(picture, n, 0) for n in range(30)], steady(30))
    with pytest.raises(Exception, match="could be read"):
        run(truncate(cut, 0.6), "-o", tmp_path / "out.openpose.json", *FAST)
    assert 1 <= len(json.loads((tmp_path / "out.openpose.json").read_text())) < 30


def test_the_output_never_replaces_the_video(video: Path) -> None:
    before = video.read_bytes()
    with pytest.raises(OutputImpossible, match="replace the video"):
        run(video, "-o", video, *FAST)
    assert video.read_bytes() == before


def test_what_does_not_go_together_is_refused(video: Path, tmp_path: Path) -> None:
    with pytest.raises(ParametersInvalid, match="coco17"):
        run(video, "-o", tmp_path / "a.coco.json", "--skeleton", "body25")
    with pytest.raises(ParametersInvalid, match="format=mp4"):
        run(video, "-o", tmp_path / "a.json", "--heatmap", "nose")
    assert list(tmp_path.iterdir()) == []


def test_workers_write_what_one_process_does(video: Path, tmp_path: Path) -> None:
    run(video, "-o", tmp_path / "alone.csv", *FAST)
    run(video, "-o", tmp_path / "together.csv", "--workers", "2", *FAST)
    assert (tmp_path / "together.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()


def test_a_video_may_lie_in_shared_storage(video: Path, tmp_path: Path) -> None:
    run(f"file://{video}", "-o", tmp_path / "person.zip", *FAST)
    assert len(zipfile.ZipFile(tmp_path / "person.zip").namelist()) == FRAMES
    with pytest.raises(VideoOutOfReach, match="no-such-video"):
        run("memory://no-such-video", "-o", tmp_path / "b.json", *FAST)


def test_workers_that_are_not_understood_are_refused(video: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkersInvalid, match="ray://HOST:PORT"):
        run(video, "-o", tmp_path / "a.json", "--workers", "many")
    assert list(tmp_path.iterdir()) == []
