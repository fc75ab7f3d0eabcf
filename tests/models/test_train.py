"""The command on drawn people in COCO's format; in this process where a process of its own adds nothing."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from models.skeletons.body13 import BODY13
from models.train import train
from models.training.checkpoint import load_network
from models.training.errors import CheckpointUnusable
from service.errors import Problem
from tests.stick_people import stick_people

PEOPLE = 24


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with annotations.json and images/."""
    folder = tmp_path_factory.mktemp("pack")
    (folder / "images").mkdir()
    images, annotations = [], []
    for number, sample in enumerate(stick_people(PEOPLE)):
        assert isinstance(sample.picture, bytes)
        (folder / "images" / f"{number}.jpg").write_bytes(sample.picture)
        images.append({"id": number, "file_name": f"{number}.jpg"})
        points = [
            (x, y, 2) if known else (0, 0, 0)
            for (x, y), known in zip(sample.joints.tolist(), sample.known, strict=True)
        ]
        annotations.append({"image_id": number, "category_id": 1, "keypoints": np.ravel(points).tolist()})
    category = {"id": 1, "name": "person", "keypoints": BODY13.joints}
    content = {"images": images, "annotations": annotations, "categories": [category]}
    (folder / "annotations.json").write_text(json.dumps(content))
    return folder


def arguments(out: Path, pack: Path, *more: str) -> list[str]:
    few = ["--width", "0.03", "--batch", "2", "--held-out", "4", "--threads", "1"]
    return ["--out", str(out), "--data", f"coco={pack}", *few, *more]


def run(out: Path, pack: Path, *more: str) -> Result:
    app = typer.Typer()
    app.command()(train)
    return CliRunner().invoke(app, arguments(out, pack, *more))


def log(out: Path) -> list[dict[str, str]]:
    with (out / "log.csv").open() as file:
        return list(csv.DictReader(file))


def test_a_training_leaves_a_checkpoint_weights_a_log_and_a_picture_and_goes_on(
    pack: Path, tmp_path: Path
) -> None:
    done = run(tmp_path, pack, "--steps", "2")
    assert done.exit_code == 0, done.output
    assert "2/2" in done.stderr
    refused = run(tmp_path, pack, "--steps", "3")
    assert isinstance(refused.exception, CheckpointUnusable)
    assert "--resume" in str(refused.exception)
    assert run(tmp_path, pack, "--steps", "3", "--resume").exit_code == 0
    assert [row["step"] for row in log(tmp_path)] == ["2", "3"]
    assert all(0 <= float(row["pck"]) <= 100 for row in log(tmp_path))
    assert load_network(tmp_path / "weights.pt").fusion is not None
    picture = cv2.imread(str(tmp_path / "pictures" / "0000003.png"))
    assert picture is not None
    assert picture.shape == (2 * 256, 8 * 256, 3)


def test_a_cool_down_leaves_the_training_as_it_is(pack: Path, tmp_path: Path) -> None:
    assert run(tmp_path, pack, "--steps", "2").exit_code == 0
    before = (tmp_path / "checkpoint.pt").read_bytes()
    done = run(tmp_path, pack, "--cool-down", "2")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    assert [row["step"] for row in log(tmp_path / "cooled")] == ["4"]
    assert (tmp_path / "cooled" / "weights.pt").exists()


def test_sigterm_saves_first(pack: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "models.train", *arguments(tmp_path, pack)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        words = ""
        while "1step" not in words:  # the progress bar after the first step
            words += process.stderr.read(1)
            assert process.poll() is None, words
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode == 0
    assert int(log(tmp_path)[-1]["step"]) >= 1
    assert (tmp_path / "checkpoint.pt").exists()


@pytest.mark.parametrize("network", ["spatial-net", "coordinate-net"])
def test_the_other_networks_and_the_papers_recipe_run(network: str, pack: Path, tmp_path: Path) -> None:
    done = run(tmp_path, pack, "--network", network, "--recipe", "paper", "--steps", "1")
    assert done.exit_code == 0, done.output
    load_network(tmp_path / "weights.pt")


def test_a_training_on_small_pictures_measures_and_draws_too(pack: Path, tmp_path: Path) -> None:
    done = run(tmp_path, pack, "--side", "128", "--steps", "1")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "pictures" / "0000001.png").exists()
    assert log(tmp_path)[-1]["pck"] != ""


def test_a_network_in_stages_shows_each_of_them(pack: Path, tmp_path: Path) -> None:
    done = run(tmp_path, pack, "--network", "pose-machine", "--stages", "3", "--steps", "1")
    assert done.exit_code == 0, done.output
    load_network(tmp_path / "weights.pt")
    picture = cv2.imread(str(tmp_path / "pictures" / "0000001.png"))
    assert picture is not None
    assert picture.shape == (3 * 256, 8 * 256, 3)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--resume"], "checkpoint.pt"),
        (["--data", "nowhere"], "KIND=DIR"),
        (["--share", "coco=often"], "KIND=TIMES"),
        (["--device", "abacus"], "abacus"),
        (["--side", "130"], "cannot learn at 130"),
        (["--side", "128", "--network", "coordinate-net"], "cannot learn at 128"),
    ],
)
def test_what_cannot_be_done_is_said(more: list[str], words: str, pack: Path, tmp_path: Path) -> None:
    done = run(tmp_path, pack, "--steps", "1", *more)
    assert done.exit_code != 0
    assert words in done.output + str(done.exception)
    assert isinstance(done.exception, Problem | SystemExit)


def test_a_wrong_folder_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "models.train", *arguments(tmp_path, tmp_path / "nothing")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The data set cannot be read: ")
    assert len(done.stderr.splitlines()) == 1
