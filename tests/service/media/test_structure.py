from __future__ import annotations

import struct
from pathlib import Path

import pytest

from service.media.structure import flaw_in

FTYP = struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0)


@pytest.mark.parametrize("length", [2**32, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_box_longer_than_any_file_is_a_file_that_ends_too_early(tmp_path: Path, length: int) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(FTYP + struct.pack(">I4sQ", 1, b"mdat", length) + bytes(100))
    assert flaw_in(path) == f"The file ends {16 + length - path.stat().st_size:,} bytes too early."


def test_boxes_that_fill_the_file_have_no_flaw(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(FTYP + struct.pack(">I4s", 108, b"mdat") + bytes(100))
    assert flaw_in(path) is None
