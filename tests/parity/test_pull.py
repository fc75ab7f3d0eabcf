"""The command as `flowpose models pull` and people run it, on the kept source files."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from export.errors import UnknownModel
from export.pull import pull
from export.sources import SOURCES


@pytest.fixture(scope="module")
def offline() -> dict[str, str]:
    """An environment in which pip and npm reach nothing."""
    return {
        **os.environ,
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_NO_INDEX": "1",
        "npm_config_registry": "http://127.0.0.1:9/",
    }


def export(*arguments: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "export", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


def test_a_pulled_network_is_named_with_its_hash_and_left_alone_when_there(
    tflite_file: Callable[[str], bytes], sources_folder: Path, tmp_path: Path, offline: dict[str, str]
) -> None:
    tflite_file("blazepose-full")
    first = export("pull", "blazepose-full", "--to", tmp_path, "--keep-sources", sources_folder, env=offline)
    path = tmp_path / "blazepose-full.onnx"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == f"blazepose-full  written  sha256:{digest}  {path}\n"
    second = export("pull", "blazepose-full", "--to", tmp_path, env=offline)
    assert (second.returncode, second.stdout) == (0, f"blazepose-full  present  sha256:{digest}  {path}\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["blazepose-full.onnx"]


def test_a_damaged_network_is_made_again(
    tflite_file: Callable[[str], bytes], sources_folder: Path, tmp_path: Path
) -> None:
    tflite_file("blazepose-full")
    (made,) = pull(["blazepose-full"], tmp_path, keep_sources=sources_folder)
    made.path.write_bytes(made.path.read_bytes()[:-1])
    (again,) = pull(["blazepose-full"], tmp_path, keep_sources=sources_folder)
    assert again == made
    assert again.fresh


def test_force_makes_again_what_is_sound(
    tflite_file: Callable[[str], bytes], sources_folder: Path, tmp_path: Path
) -> None:
    tflite_file("blazepose-full")
    for _ in range(2):
        (made,) = pull(
            ["blazepose-full", "blazepose-full"], tmp_path, force=True, keep_sources=sources_folder
        )
        assert made.fresh


def test_an_unknown_name_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel):
        list(pull(["blazepose-full", "blazepose-huge"], tmp_path / "models"))
    assert not (tmp_path / "models").exists()


def test_a_problem_is_one_line_on_stderr_and_status_one(tmp_path: Path, offline: dict[str, str]) -> None:
    done = export("pull", "blazepose-full", "--to", tmp_path, env=offline)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("A package could not be fetched: mediapipe==0.10.14 did not come")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_list_names_every_network_with_its_source() -> None:
    done = export("list")
    assert done.returncode == 0
    for line, source in zip(done.stdout.splitlines(), SOURCES.values(), strict=True):
        assert line.split() == [
            source.model,
            source.kind,
            str(source.package),
            source.file_name,
            source.sha256,
        ]
