from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.access.key import digest_of
from service.access.key_file import read_keys
from service.cli import main

Flowpose = Callable[..., int]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys.jsonl"
    monkeypatch.setenv("FLOWPOSE_KEYS", str(path))
    return path


def flowpose(*arguments: str) -> int:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    return int(exit_.value.code or 0)


def test_a_key_is_shown_once_and_only_its_digest_is_kept(
    file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    limits = ("--limit", "max_videos=2", "--limit", "max_seconds=10.5", "--expires", "2999-12-31")
    assert flowpose("keys", "add", "lab", *limits) == 0
    secret = capfd.readouterr().out.strip()
    (key,) = read_keys(file)
    assert (key.name, key.sha256) == ("lab", digest_of(secret))
    assert (key.limits.max_videos, key.limits.max_seconds) == (2, 10.5)
    assert secret not in file.read_text()
    assert flowpose("keys", "list") == 0
    told = capfd.readouterr().out
    assert "lab" in told
    assert "2999-12-31" in told
    assert "max_videos=2" in told
    assert secret not in told


def test_a_key_is_removed_by_its_name(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("lab", "bench"):
        assert flowpose("keys", "add", name) == 0
    assert flowpose("keys", "remove", "lab") == 0
    assert [key.name for key in read_keys(file)] == ["bench"]
    assert flowpose("keys", "remove", "lab") == 1
    assert "There is no key called 'lab'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("lab",), "already"),
        (("a b",), "name: "),
        (("new", "--limit", "colour=1"), "colour: "),
        (("new", "--limit", "max_videos"), "max_videos: "),
        (("new", "--limit", "max_videos=-1"), "max_videos: "),
    ],
)
def test_what_cannot_be_a_key_is_not_made(
    file: Path, arguments: tuple[str, ...], told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert flowpose("keys", "add", "lab") == 0
    before = file.read_bytes()
    assert flowpose("keys", "add", *arguments) == 1
    assert told in capfd.readouterr().err
    assert file.read_bytes() == before


def test_without_a_file_for_them_no_key_is_made(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("FLOWPOSE_KEYS", raising=False)
    assert flowpose("keys", "add", "lab") == 1
    assert "FLOWPOSE_KEYS" in capfd.readouterr().err
