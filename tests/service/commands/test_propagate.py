from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from service.cli import main
from tests import warped_person
from tests.moving import document, picture, to_json
from tests.service.test_upper_body import truth
from tests.videos import steady, truncate, write_video
from tests.warped_person import MODEL, NEAR, furnish

Propagate = Callable[..., int]


@pytest.fixture
def propagate() -> Propagate:
    """Runs the command; gives the exit status."""

    def run(*arguments: object) -> int:
        with pytest.raises(SystemExit) as exit_:
            main(["propagate", *(str(argument) for argument in arguments)])
        return int(exit_.value.code or 0)

    return run


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "turning.mp4", (picture(n) for n in range(8)), steady(8))


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    (tmp_path / "labels.json").write_bytes(to_json(document([0, 7])))
    return tmp_path / "labels.json"


def read(path: Path) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(path.read_text())
    return answer


def test_labels_on_some_frames_become_labels_on_all(
    propagate: Propagate, video: Path, labels: Path, tmp_path: Path
) -> None:
    assert propagate(video, labels, "-o", tmp_path / "out.json", "--flow", "farneback") == 0
    answer = read(tmp_path / "out.json")
    assert [each["image_id"] for each in answer["annotations"]] == list(range(8))
    assert answer["propagation"]["flow"] == "farneback"


def test_stdout_is_for_the_answer_alone(
    propagate: Propagate, video: Path, labels: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert propagate(video, labels, "-o", "-", "--flow", "none") == 0
    assert len(json.loads(capfdbinary.readouterr().out)["images"]) == 8


def test_wrong_labels_are_one_line_and_no_file(
    propagate: Propagate, video: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(to_json(document([0, 70])))
    assert propagate(video, bad, "-o", tmp_path / "out.json") == 1
    assert "A labelled frame is not in the video: Frame 70" in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


def test_people_are_carried_by_a_network_and_its_warper(
    propagate: Propagate, models_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(tmp_path / "data" / "models", models_dir)
    monkeypatch.setenv("FLOWPOSE_DATA_DIR", str(tmp_path / "data"))
    waving = warped_person.video(tmp_path / "waving.mp4", 6)
    (tmp_path / "labels.json").write_bytes(to_json(warped_person.labels(0)))
    out = tmp_path / "out.json"
    assert propagate(waving, tmp_path / "labels.json", "-o", out, "--method", "posewarper") == 0
    answer = read(out)
    assert answer["propagation"]["model"] == MODEL
    points = np.array(answer["annotations"][5]["keypoints"]).reshape(-1, 3)[:, :2]
    assert np.linalg.norm(points - truth(5), axis=1).max() < NEAR


def test_labels_of_things_are_refused_by_a_warper(
    propagate: Propagate,
    models_dir: Path,
    video: Path,
    labels: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    furnish(tmp_path / "data" / "models", models_dir)
    monkeypatch.setenv("FLOWPOSE_DATA_DIR", str(tmp_path / "data"))
    chosen = ("--method", "posewarper", "--model", MODEL)
    assert propagate(video, labels, "-o", tmp_path / "out.json", *chosen) == 1
    assert "This method cannot carry these labels: Frame 0 has labels of a, b" in capsys.readouterr().err
    assert not (tmp_path / "out.json").exists()


def test_a_cut_video_leaves_what_could_be_read_and_fails(
    propagate: Propagate, video: Path, labels: Path, tmp_path: Path
) -> None:
    assert propagate(truncate(video, 0.6), labels, "-o", tmp_path / "out.json") == 1
    answer = read(tmp_path / "out.json")
    assert 0 < len(answer["images"]) < 8
    assert answer["error"]["type"] == "/problems/video-damaged"
