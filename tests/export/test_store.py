from __future__ import annotations

from pathlib import Path

import pytest

from export.errors import WriteFailed
from export.store import write_atomically


def test_folders_are_made_and_an_old_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "net.onnx"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["net.onnx"]


def test_a_file_in_the_folders_place_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "models").write_bytes(b"")
    with pytest.raises(WriteFailed, match=r"net\.onnx"):
        write_atomically(tmp_path / "models" / "net.onnx", b"new")


def test_a_target_that_cannot_be_replaced_leaves_no_part_behind(tmp_path: Path) -> None:
    (tmp_path / "net.onnx" / "inside").mkdir(parents=True)
    with pytest.raises(WriteFailed):
        write_atomically(tmp_path / "net.onnx", b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.onnx"]
