from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from skimage import data

from service.cli import main
from service.commands.doctor import provider_state
from service.media.limits import MediaLimits
from service.media.video import open_video
from tests.running import pulled_networks
from tests.videos import steady, truncate, write_numbered, write_video

FAST = ("--window", "1", "--flow", "none")

Flowpose = Callable[..., int]


@pytest.fixture(scope="module", autouse=True)
def _networks() -> None:
    pulled_networks()


@pytest.fixture
def flowpose() -> Flowpose:
    """Runs the command line; gives the exit status."""

    def run(*arguments: object) -> int:
        with pytest.raises(SystemExit) as exit_:
            main([str(argument) for argument in arguments])
        return int(exit_.value.code or 0)

    return run


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person, six frames."""
    picture: Any = data.astronaut()
    images = (np.ascontiguousarray(picture[:480, x : x + 480]) for x in range(6))
    return write_video(tmp_path_factory.mktemp("cli") / "person.mp4", images, steady(6))


def test_run_writes_what_the_server_would_answer(flowpose: Flowpose, video: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert flowpose("run", video, "-o", out, *FAST) == 0
    answer = json.loads(out.read_text())
    assert list(answer) == ["schema", "skeleton", "video", "model", "frames"]
    assert [frame["index"] for frame in answer["frames"]] == list(range(6))
    assert answer["model"].items() >= {"window": 1, "lookahead": 1, "flow": "none"}.items()
    assert [len(frame["people"]) for frame in answer["frames"]] == [1] * 6
    assert list(tmp_path.iterdir()) == [out]


def test_run_takes_the_format_from_the_suffix(flowpose: Flowpose, video: Path, tmp_path: Path) -> None:
    assert flowpose("run", video, "-o", tmp_path / "out.ndjson", *FAST) == 0
    assert flowpose("run", video, "-o", tmp_path / "out.csv", *FAST) == 0
    lines = [json.loads(line) for line in (tmp_path / "out.ndjson").read_text().splitlines()]
    assert (lines[0]["type"], lines[-1]["type"]) == ("header", "end")
    with (tmp_path / "out.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 6 * 33


def test_run_writes_to_stdout_and_nothing_else(
    flowpose: Flowpose, video: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert flowpose("run", video, "-o", "-", "--format", "json", *FAST) == 0
    assert len(json.loads(capfdbinary.readouterr().out)["frames"]) == 6


def test_run_draws_an_overlay(flowpose: Flowpose, video: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "drawn.mp4"
    assert flowpose("run", video, "-o", tmp_path / "out.json", "--overlay", drawn) == 0
    with open_video(video, MediaLimits()) as before, open_video(drawn, MediaLimits()) as after:
        pairs = list(zip(before, after, strict=True))
    assert len(pairs) == 6
    for one, other in pairs:
        assert one.time_s == pytest.approx(other.time_s, abs=1e-4)
        changed = np.abs(one.image.astype(int) - other.image).max(axis=2) > 60
        assert 0.002 < changed.mean() < 0.5
    assert sorted(file.name for file in tmp_path.iterdir()) == ["drawn.mp4", "out.json"]


def test_run_keeps_what_could_be_read_of_a_damaged_video(
    flowpose: Flowpose, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cut = truncate(write_numbered(tmp_path / "cut.mp4", steady(60)), 0.6)
    out = tmp_path / "out.json"
    assert flowpose("run", cut, "-o", out, *FAST) == 1
    answer = json.loads(out.read_text())
    assert 10 < len(answer["frames"]) < 60
    assert answer["error"]["type"] == "/problems/video-damaged"
    assert "Parts of the video could not be read: " in capfd.readouterr().err


def test_run_leaves_nothing_when_the_video_is_none(
    flowpose: Flowpose, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    nonsense = tmp_path / "nonsense.mp4"
    nonsense.write_text("This is no video.")
    out = tmp_path / "out.json"
    out.write_text("from before")
    assert flowpose("run", nonsense, "-o", out) == 1
    assert out.read_text() == "from before"
    assert sorted(tmp_path.iterdir()) == [nonsense, out]
    told = capfd.readouterr().err
    assert "The file cannot be read as a video: " in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "out.xml"), ".ndjson"),
        (("-o", "no/such/folder/out.json"), "No such file or directory"),
        (("-o", "out.json", "--model", "gpt"), "blazepose-full"),
        (("-o", "out.json", "--crop", "box"), "crop=box needs box"),
        (("-o", "out.json", "--window", "2", "--lookahead", "3"), "must not be above window"),
        (("-o", "out.json", "--overlay", "out.avi"), "out.avi"),
    ],
)
def test_run_refuses_what_does_not_go_together(
    flowpose: Flowpose,
    video: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert flowpose("run", video, *arguments) == 1
    assert told in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_run_does_not_draw_over_the_video_itself(
    flowpose: Flowpose, video: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = video.read_bytes()
    assert flowpose("run", video, "-o", tmp_path / "out.json", "--overlay", video) == 1
    assert video.read_bytes() == before
    assert "replace the video" in capfd.readouterr().err


def test_values_out_of_range_are_refused_by_name(
    flowpose: Flowpose, video: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert flowpose("run", video, "-o", "-", "--window", "16") == 2
    assert "--window" in capfd.readouterr().err


def test_bench_tells_every_stage_and_the_whole(
    flowpose: Flowpose, video: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert flowpose("bench", video, "--repeat", "1", "--frames", "4") == 0
    table = capfd.readouterr().out
    for stage in ("decode", "crop", "network", "flow", "pool", "encode"):
        assert re.search(rf"{stage}\W+\d+\.\d\d", table)
    assert re.search(r"end to end\s+[\d.]+ frames/s \(4 frames", table)
    assert re.search(r"peak memory\s+\d+ MiB", table)
    assert re.search(r"SHA-256 [0-9a-f]{64}", table)


def test_doctor_finds_this_machine_well(flowpose: Flowpose, capfd: pytest.CaptureFixture[str]) -> None:
    assert flowpose("doctor") == 0
    told = capfd.readouterr().out
    assert "CPUExecutionProvider: works" in told
    assert re.search(r"blazepose-full: [0-9a-f]{64}", told)
    assert "works: blazepose-full on " in told


def test_doctor_says_what_is_missing(
    flowpose: Flowpose, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWPOSE_DATA_DIR", str(tmp_path))
    assert flowpose("doctor") == 1
    assert "flowpose models pull blazepose-full" in capfd.readouterr().out


def test_a_provider_that_is_not_there_does_not_work() -> None:
    with pytest.warns(UserWarning, match="not in available provider names"):
        state = provider_state("NoSuchExecutionProvider")
    assert state.startswith("does not work")


def test_models_are_listed(flowpose: Flowpose, capfd: pytest.CaptureFixture[str]) -> None:
    assert flowpose("models", "list") == 0
    told = capfd.readouterr().out
    assert re.search(r"blazepose-full\W+default\W+Apache-2.0\W+33\W+[0-9a-f]{12}", told)


def test_pulling_a_model_that_does_not_exist_is_refused(
    flowpose: Flowpose, capfd: pytest.CaptureFixture[str]
) -> None:
    assert flowpose("models", "pull", "gpt") == 1
    assert "gpt: not in the list" in capfd.readouterr().err


def test_settings_that_cannot_be_used_are_told_without_a_traceback(
    flowpose: Flowpose, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWPOSE_DEVICE", "abacus")
    assert flowpose("doctor") == 1
    assert capfd.readouterr().err.startswith("The settings are not valid: FLOWPOSE_DEVICE: ")


def test_serve_says_what_is_missing_before_it_starts(
    flowpose: Flowpose, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWPOSE_DATA_DIR", str(tmp_path))
    assert flowpose("serve", "--port", "0") == 1
    assert "flowpose models pull blazepose-full" in capfd.readouterr().err


def test_serve_tells_its_address_and_stops_when_asked() -> None:
    command = [sys.executable, "-m", "service.cli", "serve", "--port", "0"]
    environment = os.environ | {"NO_COLOR": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stderr is not None
        told = ""
        for line in server.stderr:
            told += line
            if "curl" in line:
                break
        found = re.search(r"FlowPose is at (http://127\.0\.0\.1:\d+),", told)
        assert found, told
        assert httpx.get(f"{found[1]}/readyz", timeout=60).json()["status"] == "ready"
        assert f"'{found[1]}/v1/poses" in told
        server.send_signal(signal.SIGINT)
        server.stderr.read()
    assert server.returncode in {0, 130}
