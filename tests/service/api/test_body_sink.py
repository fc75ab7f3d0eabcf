from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO

import httpx
import pytest

from service.api.body_sink import BodySink, MultipartSink, PartsSink, RawSink
from service.api.problems import DiskFull, MultipartInvalid, TooLarge
from service.api.upload import write_piece

PAYLOAD = bytes(range(256)) * 500 + b"\r\n--almost a boundary\r\n"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[IO[bytes]]:
    with (tmp_path / "body").open("w+b", buffering=0) as opened:
        yield opened


def multipart(**parts: bytes) -> tuple[bytes, dict[str, str]]:
    """A body as a true client writes it, and its content type."""
    files = [(name, (name, content)) for name, content in parts.items()]
    request = httpx.Request("POST", "http://test", files=files)
    return request.read(), {"content-type": request.headers["content-type"]}


def feed(sink: BodySink, body: bytes, step: int) -> None:
    for start in range(0, len(body), step):
        sink.write(body[start : start + step])


def test_a_raw_body_is_the_file(file: IO[bytes]) -> None:
    sink = RawSink(file)
    feed(sink, PAYLOAD, 1000)
    sink.finish()
    assert sink.written == len(PAYLOAD)
    assert Path(file.name).read_bytes() == PAYLOAD


@pytest.mark.parametrize("step", [1, 7, 1000, 10**9])
def test_a_part_is_found_however_the_body_is_cut(file: IO[bytes], step: int) -> None:
    body, headers = multipart(before=b"other", file=PAYLOAD, after=b"more")
    sink = MultipartSink(file, headers)
    feed(sink, body, step)
    sink.finish()
    assert sink.written == len(PAYLOAD)
    assert Path(file.name).read_bytes() == PAYLOAD


def test_two_files_are_one_too_many(file: IO[bytes]) -> None:
    request = httpx.Request("POST", "http://test", files=[("file", b"one"), ("file", b"two")])
    sink = MultipartSink(file, {"content-type": request.headers["content-type"]})
    sink.write(request.read())
    with pytest.raises(MultipartInvalid, match="found 2"):
        sink.finish()


def test_a_part_that_breaks_off_is_no_file(file: IO[bytes]) -> None:
    body, headers = multipart(file=PAYLOAD)
    sink = MultipartSink(file, headers)
    sink.write(body[: len(body) // 2])
    with pytest.raises(MultipartInvalid, match="found 0"):
        sink.finish()


def test_a_content_type_without_a_boundary_is_refused(file: IO[bytes]) -> None:
    with pytest.raises(MultipartInvalid, match="Boundary"):
        MultipartSink(file, {"content-type": "multipart/form-data"})


def test_what_the_file_does_not_take_at_once_is_written_again() -> None:
    class Sluggish(BytesIO):
        def write(self, data: object) -> int:
            return super().write(bytes(memoryview(data)[:10]))  # type: ignore[arg-type]

    file = Sluggish()
    RawSink(file).write(PAYLOAD)
    assert file.getvalue() == PAYLOAD


@pytest.mark.parametrize("kind", ["raw", "multipart"])
def test_a_full_disk_is_told(kind: str) -> None:
    body, headers = multipart(file=PAYLOAD)
    with open("/dev/full", "wb", buffering=0) as full:
        sink: BodySink = RawSink(full) if kind == "raw" else MultipartSink(full, headers)
        with pytest.raises(DiskFull):
            write_piece(sink, body)


def test_other_faults_of_the_disk_are_not_taken_for_a_full_one() -> None:
    with (
        open("/dev/null", "rb", buffering=0) as read_only,
        pytest.raises(OSError, match="not open for writing"),
    ):
        write_piece(RawSink(read_only), b"x")


def test_each_named_part_has_its_own_file(tmp_path: Path) -> None:
    body, headers = multipart(labels=b"{}", other=b"not this", video=PAYLOAD)
    with (
        (tmp_path / "v").open("wb", buffering=0) as video,
        (tmp_path / "l").open("wb", buffering=0) as labels,
    ):
        sink = PartsSink({"video": video, "labels": labels}, headers, {"labels": 2})
        feed(sink, body, 1000)
        sink.finish()
    assert sink.written == len(PAYLOAD) + 2
    assert (tmp_path / "v").read_bytes() == PAYLOAD
    assert (tmp_path / "l").read_bytes() == b"{}"


def test_a_part_has_a_bound_of_its_own(file: IO[bytes]) -> None:
    body, headers = multipart(file=PAYLOAD)
    sink = PartsSink({"file": file}, headers, {"file": len(PAYLOAD) - 1})
    with pytest.raises(TooLarge, match="`file`"):
        feed(sink, body, 1000)
    assert sink.written <= len(PAYLOAD)


def test_a_part_that_is_missing_is_named(file: IO[bytes]) -> None:
    body, headers = multipart(video=PAYLOAD)
    sink = PartsSink({"video": file, "labels": file}, headers)
    feed(sink, body, 1000)
    with pytest.raises(MultipartInvalid, match="`labels`, found 0"):
        sink.finish()
