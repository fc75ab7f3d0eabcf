from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

DATA = bytes(range(256)) * 40


@pytest.fixture
def packed(tmp_path: Path) -> list[Path]:
    """A file in three parts, and their list."""
    (tmp_path / "whole.tar.xz").write_bytes(DATA)
    return import_module("parts").split(tmp_path / "whole.tar.xz", tmp_path / "packed", 4096)  # type: ignore[no-any-return]


def test_parts_are_no_larger_than_asked_for_and_come_with_a_list(packed: list[Path]) -> None:
    *parts, list_ = packed
    assert [part.stat().st_size for part in parts] == [4096, 4096, 2048]
    assert list_.name == "parts.json"


def test_parts_that_come_one_by_one_are_one_file_again(packed: list[Path], tmp_path: Path) -> None:
    parts = import_module("parts")
    missing = []
    for path in reversed(packed):  # the list first, as somebody may send it
        come = tmp_path / f"come-{path.name}"
        come.mkdir()
        path.rename(come / path.name)
        missing.append(len(parts.collect(come, tmp_path / "store")))
    assert missing == [3, 2, 1, 0]
    with parts.joined(tmp_path / "store") as whole:
        assert whole.read() == DATA


def test_without_the_list_nothing_can_be_told(tmp_path: Path) -> None:
    assert import_module("parts").collect(tmp_path, tmp_path / "store") == ["parts.json"]


def test_a_damaged_part_is_missing_until_a_sound_one_comes(packed: list[Path], tmp_path: Path) -> None:
    parts = import_module("parts")
    sound = packed[1].read_bytes()
    packed[1].write_bytes(sound[:-1] + b"?")
    assert parts.collect(packed[0].parent, tmp_path / "store") == [packed[1].name]
    packed[1].write_bytes(sound)
    assert parts.collect(packed[0].parent, tmp_path / "store") == []
