from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from service.cli import main
from tests.running import RunningServer
from tests.videos import steady, truncate, write_numbered, write_video

COUNT, LOOKAHEAD = 24, 3
CHOICES = ("--lookahead", str(LOOKAHEAD))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[RunningServer]:
    with RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu") as running:
        yield running


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory, astronaut: np.ndarray) -> Path:
    """A person for a bit more than two seconds."""
    images = (np.ascontiguousarray(astronaut[:384, 4 * n : 4 * n + 384]) for n in range(COUNT))
    return write_video(tmp_path_factory.mktemp("live") / "walk.mp4", images, steady(COUNT, rate=10))


def live(*arguments: object) -> int:
    """Run the command; gives the exit status."""
    with pytest.raises(SystemExit) as exit_:
        main(["live", *(str(argument) for argument in arguments)])
    return int(exit_.value.code or 0)


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def check_whole(lines: list[dict[str, Any]], count: int = COUNT) -> None:
    """Each picture of the camera has one line a stage, or one that says why not."""
    assert lines[0]["type"] == "ready"
    assert lines[0]["model"]["lookahead"] == LOOKAHEAD
    assert len(lines[0]["skeleton"]["joints"]) == 33
    dropped = {line["seq"] for line in lines if line["type"] == "dropped"}
    for stage in ("provisional", "final"):
        answered = [line["seq"] for line in lines if line.get("stage") == stage]
        assert answered == sorted(set(range(count)) - dropped)
    poses = [line for line in lines if line["type"] == "pose"]
    assert all(line["latency_ms"] > 0 for line in poses)
    assert all(line["time_s"] == pytest.approx(line["seq"] / 10, abs=1e-4) for line in poses)
    end = lines[-1]
    assert end["type"] == "end"
    assert end["received"] == count
    assert sum(end["dropped"].values()) == len(dropped)
    assert end["answered"] == count - len(dropped) > 0


def test_a_video_file_plays_as_a_camera_here(
    video: Path, tmp_path: Path, models_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.ndjson"
    assert live("--camera", video, "--out", out, *CHOICES) == 0
    check_whole(lines_of(out))
    told = capfd.readouterr()
    assert re.search(
        r"\d fps  \d+ dropped  latency p50 \d+ ms, p95 \d+ ms  people 1, nose at \d+, \d+", told.err
    )
    assert re.search(r"\d+ answered, \d+ dropped, 0 errors", told.err)
    assert told.out == ""


def test_a_video_file_plays_as_a_camera_to_a_server(
    video: Path, tmp_path: Path, server: RunningServer
) -> None:
    out = tmp_path / "out.ndjson"
    assert live("--camera", video, "--url", f"ws://127.0.0.1:{server.port}", "--out", out, *CHOICES) == 0
    check_whole(lines_of(out))


def test_answers_go_to_stdout_alone(
    video: Path, models_dir: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert live("--camera", video, "--out", "-", "--window", "0") == 0
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert {line.get("stage") for line in lines[1:-1] if line["type"] == "pose"} == {"final"}


def test_what_the_server_refuses_is_told(
    video: Path, server: RunningServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.ndjson"
    assert live("--camera", video, "--url", server.url, "--model", "gpt", "--out", out) == 1
    told = capfd.readouterr().err
    assert "The server does not serve the stream: " in told
    assert "gpt" in told
    assert lines_of(out)[-1]["type"] == "error"


def test_a_damaged_video_gives_its_frames_first(
    tmp_path: Path, models_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cut = truncate(write_numbered(tmp_path / "cut.mp4", steady(60)), 0.6)
    out = tmp_path / "out.ndjson"
    assert live("--camera", cut, "--out", out, *CHOICES) == 1
    lines = lines_of(out)
    provisional, final = ([n for n in lines if n.get("stage") == stage] for stage in ("provisional", "final"))
    assert len(provisional) == len(final) > 0
    assert lines[-1]["problem"] == "/problems/video-damaged"
    assert "Parts of the video could not be read: " in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--camera", "97"), "Camera 97 cannot be opened"),
        (("--camera", "nowhere.mp4"), "'nowhere.mp4' is neither"),
        (("--url", "ftp://127.0.0.1"), "is not an address"),
        (("--url", "ws://127.0.0.1:1", "--camera", "{video}"), "cannot be reached"),
        (("--camera", "{video}", "--out", "no/such/folder/out.ndjson"), "No such file or directory"),
        (("--window", "2", "--lookahead", "3"), "must not be above window"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(
    video: Path,
    models_dir: Path,
    capfd: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    told: str,
) -> None:
    assert live(*(argument.format(video=video) for argument in arguments)) == 1
    error = capfd.readouterr().err
    assert told in error
    assert "Traceback" not in error
    assert "flowpose-camera" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("remote", [False, True])
def test_ctrl_c_ends_it_in_order(
    remote: bool, tmp_path: Path, server: RunningServer, astronaut: np.ndarray
) -> None:
    images = (np.ascontiguousarray(astronaut[:384, n % 100 : n % 100 + 384]) for n in range(600))
    long = write_video(tmp_path / "long.mp4", images, steady(600, rate=10))
    out = tmp_path / "out.ndjson"
    command = [
        sys.executable,
        "-m",
        "service.cli",
        "live",
        "--camera",
        str(long),
        "--out",
        str(out),
        *CHOICES,
    ]
    command += ["--url", server.url] if remote else []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert " fps " in first
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 0, rest
    lines = lines_of(out)
    assert 0 < lines[-1]["received"] < 600
    check_whole(lines, lines[-1]["received"])
    assert "Traceback" not in rest
