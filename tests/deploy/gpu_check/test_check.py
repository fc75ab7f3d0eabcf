"""From packing to the report, with what the steps do left out: they are tested where they are."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

from tests.deploy.tools import ROOT


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project in small parts, without networks and wheels."""
    to = tmp_path_factory.mktemp("packed") / "parts"
    options = ["--device", "cpu", "--no-wheels", "--part-mib", "1", "--preset", "0", "--networks"]
    done = script("pack.py", "--to", to, *options)
    assert done.returncode == 0, done.stderr
    return to


def script(
    name: str, *arguments: object, folder: Path = ROOT / "deploy/gpu-check"
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", folder / name, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_all_parts_are_small_and_the_scripts_lie_beside_them(parts: Path) -> None:
    pieces = [path for path in parts.iterdir() if ".tar.xz." in path.name]
    assert len(pieces) > 1
    assert max(path.stat().st_size for path in pieces) <= 2**20
    assert {"check.py", "parts.py", "steps.py", "told.py", "parts.json"} <= {
        path.name for path in parts.iterdir()
    }


def test_over_there_it_is_unpacked_and_what_is_still_to_come_is_told(parts: Path, tmp_path: Path) -> None:
    store, report = tmp_path / "store", tmp_path / "report.md"
    early = script("check.py", "run", store, folder=parts)
    assert early.returncode == 3
    assert "collect" in early.stderr
    assert script("check.py", "collect", parts, store, folder=parts).returncode == 0
    done = script(
        "check.py", "run", store, "--device", "cpu", "--minutes", 0, "--report", report, folder=parts
    )
    assert done.returncode == 3, done.stderr
    assert "Still to come: doctor, tests, bench." in report.read_text()
    project = store / "bundle/project"
    assert (project / "service/cli.py").read_bytes() == (ROOT / "service/cli.py").read_bytes()
    assert not (project / ".venv").exists()


def test_every_script_runs_with_pythons_own_library_alone(parts: Path) -> None:
    command = [
        sys.executable,
        "-I",
        "-S",
        "-B",
        "-c",
        f"import sys; sys.path.insert(0, {str(parts)!r}); import check",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_wheels_are_installed_once_beside_what_this_python_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = import_module("check")
    wheels = tmp_path / "bundle/wheels"
    wheels.mkdir(parents=True)
    write_wheel(wheels / "carried_along-1.0-py3-none-any.whl")
    site = check.install(tmp_path)
    environment = {"PYTHONPATH": str(site)}
    seen = subprocess.run(
        [sys.executable, "-c", "import carried_along, numpy; print(carried_along.WORD)"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert seen.stdout.strip() == "here", seen.stderr
    monkeypatch.setattr(subprocess, "run", None)  # nothing is installed a second time
    assert check.install(tmp_path) == site


def test_wheels_for_another_python_are_told_before_they_are_installed(tmp_path: Path) -> None:
    other_python = import_module("check").other_python
    (tmp_path / "bundle").mkdir()
    assert other_python(tmp_path) is None
    (tmp_path / "bundle/python").write_text("2.7")
    assert "pack with --python 3." in other_python(tmp_path)


def test_libraries_are_found_wherever_pythons_packages_lie(tmp_path: Path) -> None:
    for folder in ("a/nvidia/cu13/lib", "a/nvidia/cudnn/lib", "b/nvidia/cu13/include"):
        (tmp_path / folder).mkdir(parents=True)
    found = import_module("check").libraries([str(tmp_path / "a"), str(tmp_path / "b")])
    assert found == [str(tmp_path / "a/nvidia" / name / "lib") for name in ("cu13", "cudnn")]


def test_a_wheel_stored_without_compression_is_the_same_wheel(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path / "carried_along-1.0-py3-none-any.whl")
    before = contents(wheel)
    import_module("pack").store(wheel)
    with zipfile.ZipFile(wheel) as stored:
        assert {entry.compress_type for entry in stored.infolist()} == {zipfile.ZIP_STORED}
    assert contents(wheel) == before


def test_packages_that_are_installed_by_file_are_not_asked_for_by_name(tmp_path: Path) -> None:
    needed = import_module("pack").needed
    by_file = needed([tmp_path / "opencv.whl"])
    assert not [each for each in by_file if each.startswith(("onnxruntime", "opencv"))]
    assert [each for each in needed([]) if each.startswith("opencv")]
    assert {"fastapi", "onnx", "nvidia-ml-py"} <= {re.split(r"[\[<>=]", each)[0] for each in by_file}


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_wheel(path: Path) -> Path:
    """The smallest package that pip takes."""
    about = "carried_along-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr("carried_along.py", "WORD = 'here'\n")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: carried-along\nVersion: 1.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        names = ("carried_along.py", *(f"{about}/{name}" for name in ("METADATA", "WHEEL", "RECORD")))
        wheel.writestr(f"{about}/RECORD", "".join(f"{name},,\n" for name in names))
    return path
