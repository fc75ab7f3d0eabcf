from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from service.jobs.objects import ObjectReader, ObjectWriter
from service.jobs.results import ResultReader, ResultWriter, Segment, chain, length
from service.jobs.segments import BLOCK_BYTES, SegmentReader, SegmentWriter

LINES = [b'{"index":%d,"more":"%s"}\n' % (n, b"x" * (n % 7)) for n in range(40)]


class Folder:
    """Results in a folder, in segments of a few lines."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def writer(self) -> ResultWriter:
        return SegmentWriter(self.path, segment_bytes=200)

    def reader(self) -> ResultReader:
        return SegmentReader(self.path)


class Objects:
    """Results in an object store."""

    def __init__(self, path: Path) -> None:
        self.files: Any = fsspec.filesystem("memory")
        self.path = f"/{path.name}/results"

    def writer(self) -> ResultWriter:
        return ObjectWriter(self.files, self.path)

    def reader(self) -> ResultReader:
        return ObjectReader(self.files, self.path)


@pytest.fixture(params=[Folder, Objects])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Folder | Objects]:
    place = request.param(tmp_path / "results")
    yield place
    if isinstance(place, Objects) and place.files.exists(place.path):
        place.files.rm(place.path, recursive=True)


def read(place: Folder | Objects, first: int = 0) -> list[bytes]:
    return b"".join(place.reader().blocks(first)).splitlines(keepends=True)


def test_lines_come_back_from_any_number_on(place: Folder | Objects) -> None:
    with place.writer() as writer:
        for n, line in enumerate(LINES):
            writer.append(line)
            if n % 9 == 0:
                writer.sync()
        assert (writer.frames, writer.size) == (len(LINES), len(b"".join(LINES)))
    for first in (0, 1, 8, 9, 10, 39, 40, 99):
        assert read(place, first) == LINES[first:]


def test_another_writer_goes_on(place: Folder | Objects) -> None:
    for first in range(0, 40, 13):
        with place.writer() as writer:
            assert writer.frames == first
            for line in LINES[first : first + 13]:
                writer.append(line)
    with place.writer() as writer:
        assert (writer.frames, writer.size) == (40, len(b"".join(LINES)))
    assert read(place) == LINES


def test_what_was_made_safe_is_read_while_more_is_written(place: Folder | Objects) -> None:
    with place.writer() as writer:
        for n, line in enumerate(LINES):
            writer.append(line)
            writer.sync()
            assert read(place, n) == [line]
            assert read(place, n + 1) == []


def test_nothing_is_read_where_nothing_is(place: Folder | Objects) -> None:
    assert read(place) == []


@pytest.mark.parametrize("torn", [b"{", b'{"index":12,"more":"xxxxx"}', b""])
def test_a_torn_last_line_is_not_given_and_is_cut(tmp_path: Path, torn: bytes) -> None:
    place = Folder(tmp_path / "results")
    with place.writer() as writer:
        for line in LINES[:12]:
            writer.append(line)
    (part,) = place.path.glob("*.part")
    with part.open("ab") as file:
        file.write(torn)
    assert read(place) == LINES[:12]
    with place.writer() as writer:
        assert writer.frames == 12
        writer.append(LINES[12])
    assert read(place) == LINES[:13]


def test_a_line_outlives_the_process_before_it_is_made_safe(tmp_path: Path) -> None:
    place = Folder(tmp_path / "results")
    child = os.fork()
    if child == 0:
        writer = place.writer()
        writer.append(LINES[0])
        os._exit(9)  # as if killed: nothing is closed
    os.waitpid(child, 0)
    assert read(place) == LINES[:1]


def test_a_full_disk_leaves_whole_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Folder(tmp_path / "results")
    with place.writer() as writer:
        writer.append(LINES[0])
        monkeypatch.setattr(writer, "_file", _Full(writer._file))  # type: ignore[attr-defined]
        with pytest.raises(OSError, match="No space"):
            writer.append(LINES[1])
        assert writer.frames == 1
    assert read(place) == LINES[:1]


class _Full:
    """A file that takes ten bytes and no more."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._left = 10

    def write(self, piece: memoryview) -> int:
        if self._left == 0:
            raise OSError(28, "No space left on device")
        taken = self._file.write(piece[: self._left])
        self._left = 0
        return int(taken)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def test_a_reader_follows_a_segment_that_is_closed_meanwhile(tmp_path: Path) -> None:
    place = Folder(tmp_path / "results")
    writer = SegmentWriter(place.path, segment_bytes=3 * BLOCK_BYTES)
    line = b"y" * 999 + b"\n"
    for _ in range(100):
        writer.append(line)
    blocks = place.reader().blocks(0)
    lines = next(blocks).count(b"\n")
    for _ in range(300):
        writer.append(line)
    writer.close()
    assert len(list(place.path.iterdir())) > 1
    assert lines + sum(block.count(b"\n") for block in blocks) == 400


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    test_lines_come_back_from_any_number_on(Folder(tmp_path / "results"))
    assert len(os.listdir("/proc/self/fd")) == before


def test_of_overlapping_segments_the_longest_leads_on() -> None:
    segments = [Segment(0, 5), Segment(5, 3), Segment(5, 6), Segment(20, 4)]
    assert chain(segments, 5) == Segment(5, 6)
    assert chain(segments, 11) is None
    assert length(segments) == 11


@pytest.mark.parametrize("name", ["000000000005.part", "video", "a-b.ndjson", "5.ndjson"])
def test_other_files_are_no_segments(name: str) -> None:
    assert Segment.of_name(name) is None
    assert Segment.of_name(Segment(5, 7).name) == Segment(5, 7)
