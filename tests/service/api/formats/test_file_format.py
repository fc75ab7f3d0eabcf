from __future__ import annotations

import json
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.api.answer import document
from service.api.formats import PROBLEM_HEADER, FileFormat, FormatName, Source, format_of
from service.api.formats.errors import AnswerTooLarge
from service.api.schemas import HeaderSchema
from service.errors import Problem
from service.media.errors import VideoDamaged
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import Written

ON_DISK = ("coco", "openpose-json", "posetrack18", "parquet", "trc", "c3d")


def broken(frames: list[FramePoses], error: Exception) -> Iterator[FramePoses]:
    yield from frames
    raise error


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Files may not grow beyond some bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", ON_DISK)
def test_the_head_of_the_answer_tells_its_name(written: Written, name: str) -> None:
    made: list[FileFormat] = []
    assert written(name, made=made)
    (form,) = made
    assert form.headers["Content-Disposition"] == f'attachment; filename="poses.{form.suffix}"'
    assert PROBLEM_HEADER not in form.headers


@pytest.mark.parametrize("name", ON_DISK)
def test_what_could_be_read_is_given_and_the_head_says_why_there_is_no_more(
    written: Written, walk: list[FramePoses], name: str
) -> None:
    made: list[FileFormat] = []
    part = written(name, walk[:4])
    data = written(name, broken(walk[:4], VideoDamaged("at 0:03, naïvely\nspeaking")), made=made)
    assert data[:40] == part[:40]
    told = made[0].headers[PROBLEM_HEADER]
    assert told.isascii()
    assert told.isprintable()
    assert json.loads(told).items() >= {"type": "/problems/video-damaged", "instance": "/v1/poses"}.items()


@pytest.mark.parametrize("name", ON_DISK)
def test_where_there_is_no_frame_at_all_the_problem_is_the_answer(written: Written, name: str) -> None:
    with pytest.raises(VideoDamaged):
        written(name, broken([], VideoDamaged("all of it")))


@pytest.mark.parametrize("name", ON_DISK)
def test_an_error_nobody_foresaw_is_not_made_into_an_answer(
    written: Written, walk: list[FramePoses], name: str, tmp_path: Path
) -> None:
    with pytest.raises(KeyError):
        written(name, broken(walk, KeyError("secret")))
    assert list((tmp_path / "answers").iterdir()) == []


@pytest.mark.parametrize("name", ON_DISK)
def test_a_full_disk_is_told_and_leaves_nothing(
    body: HeaderSchema, walk: list[FramePoses], name: str, tmp_path: Path
) -> None:
    form = format_of(FormatName(name), Source(temp_dir=tmp_path))
    with room_for(600), pytest.raises(AnswerTooLarge):
        b"".join(document(body, walk * 40, form, "/v1/poses"))
    assert list(tmp_path.iterdir()) == []
    assert issubclass(AnswerTooLarge, Problem)


@pytest.mark.parametrize("name", ON_DISK)
def test_nothing_is_left_when_nobody_wants_the_rest(
    body: HeaderSchema, walk: list[FramePoses], name: str, tmp_path: Path
) -> None:
    pieces = document(body, walk, format_of(FormatName(name), Source(temp_dir=tmp_path)), "/v1/poses")
    next(pieces)
    assert len(list(tmp_path.iterdir())) == 1
    pieces.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ON_DISK)
def test_a_file_that_nobody_wants_any_more_is_not_finished(
    body: HeaderSchema, walk: list[FramePoses], name: str, tmp_path: Path
) -> None:
    cancelled = threading.Event()

    def leaving() -> Iterator[FramePoses]:
        yield walk[0]
        cancelled.set()

    form = format_of(FormatName(name), Source(temp_dir=tmp_path))
    assert list(document(body, leaving(), form, "/v1/poses", cancelled=cancelled)) == []
    assert list(tmp_path.iterdir()) == []
