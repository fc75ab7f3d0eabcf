from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from service.api import answer
from service.api.answer import document
from service.api.formats import Ndjson
from service.api.schemas import HeaderSchema
from service.media.errors import VideoDamaged
from service.temporal.pose import FramePoses


def failing(poses: FramePoses, error: Exception) -> Iterator[FramePoses]:
    yield poses
    raise error


def read(pieces: Iterator[bytes]) -> list[dict[str, object]]:
    return [json.loads(piece) for piece in pieces]


def test_the_header_comes_before_anything_is_asked_of_the_work(header: HeaderSchema) -> None:
    def never() -> Iterator[FramePoses]:
        pytest.fail("asked too early")
        yield

    pieces = document(header, never(), Ndjson(), "/v1/poses")
    assert json.loads(next(pieces))["type"] == "header"


def test_a_document_that_is_whole_ends_with_its_counts(header: HeaderSchema, poses: FramePoses) -> None:
    *_, end = read(document(header, [poses] * 3, Ndjson(), "/v1/poses"))
    assert end["type"] == "end"
    assert end["frames"] == 3


def test_a_problem_is_the_last_piece(header: HeaderSchema, poses: FramePoses) -> None:
    lines = read(document(header, failing(poses, VideoDamaged("at 0:03")), Ndjson(), "film.mp4"))
    assert [line["type"] for line in lines] == ["header", "frame", "error"]
    assert lines[-1].items() >= {"detail": "at 0:03", "instance": "film.mp4", "status": 422}.items()


def test_an_error_nobody_foresaw_is_logged_and_not_told(
    header: HeaderSchema, poses: FramePoses, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        lines = read(document(header, failing(poses, KeyError("secret")), Ndjson(), "/v1/poses"))
    assert lines[-1].items() >= {"problem": "/problems/internal", "status": 500}.items()
    assert "secret" not in json.dumps(lines)
    assert "secret" in caplog.text


def test_progress_is_told_between_frames(
    header: HeaderSchema, poses: FramePoses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "PROGRESS_EVERY_S", 0.0)
    lines = read(document(header, [poses] * 2, Ndjson(), "/v1/poses"))
    assert [line["type"] for line in lines] == ["header", "frame", "progress", "frame", "progress", "end"]
    assert lines[4] == {"type": "progress", "frames": 2, "frames_estimated": None}
