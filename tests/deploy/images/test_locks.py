"""The pinned packages are what pyproject.toml asks for; `deploy/images/lock.sh` makes them so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.deploy.tools import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PIN = re.compile(
    r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+) \\\n(?P<hashes>(?: +--hash=sha256:\S+(?: \\)?\n)+)",
    re.MULTILINE,
)
IMAGES, OPENCV = ROOT / "deploy/images", ROOT / "deploy/opencv"
LOCKS = [*IMAGES.glob("*.txt"), *OPENCV.glob("*.txt")]


@pytest.mark.parametrize(
    ("lock", "extras"), [("cpu", ["cpu"]), ("pull", ["cpu", "export"]), ("gpu", ["gpu"])]
)
def test_a_lock_has_a_fitting_version_of_every_dependency(lock: str, extras: list[str]) -> None:
    pins = _pins(IMAGES / f"{lock}.txt") | _pins(OPENCV / "pypi.txt")
    asked = [
        *PROJECT["dependencies"],
        *(each for extra in extras for each in PROJECT["optional-dependencies"][extra]),
    ]
    for requirement in map(Requirement, asked):
        version = pins.get(requirement.name.lower())
        assert version is not None, f"{requirement.name} is in no lock: run deploy/images/lock.sh"
        assert version in requirement.specifier, (
            f"{requirement}, but {version} is pinned: run deploy/images/lock.sh"
        )


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_line_of_a_lock_is_a_pin_with_hashes(lock: Path) -> None:
    rest = PIN.sub("", lock.read_text())
    assert all(line.startswith("#") for line in rest.splitlines() if line), rest
    assert _pins(lock)


def test_opencv_is_built_from_the_version_that_is_pinned_without_cuda() -> None:
    assert _pins(OPENCV / "sdist.txt") == _pins(OPENCV / "pypi.txt")


def test_the_gpu_image_has_the_cuda_that_opencv_is_built_with() -> None:
    (run, build) = (_pins(IMAGES / "gpu.txt"), _pins(OPENCV / "toolchain.txt"))
    shared = {name for name in run.keys() & build.keys() if name.startswith(("nvidia", "cuda"))}
    assert shared >= {"cuda-toolkit", "nvidia-npp"}
    assert {name: run[name] for name in shared} == {name: build[name] for name in shared}


def test_the_gpu_image_has_one_onnxruntime_and_one_opencv() -> None:
    pins = _pins(IMAGES / "gpu.txt")
    assert "onnxruntime-gpu" in pins
    assert not {"onnxruntime", "opencv-contrib-python-headless", "torch"} & pins.keys()


def _pins(lock: Path) -> dict[str, str]:
    """Version by name."""
    return {match["name"]: match["version"] for match in PIN.finditer(lock.read_text())}
