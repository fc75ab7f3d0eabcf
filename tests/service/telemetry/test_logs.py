from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from service.telemetry.logs import JsonLines, LogFormat, LogLevel, TextLines, fields, log_config
from service.telemetry.metrics import Metrics
from service.telemetry.request_id import request_id
from service.telemetry.visit import Visit
from service.watch import watched_by

LONG = 10_000


def line(message: str, *args: object, **said: object) -> dict[str, object]:
    written: dict[str, object] = json.loads(JsonLines().format(_record(message, *args, **said)))
    return written


def _record(message: str, *args: object, **said: object) -> logging.LogRecord:
    record = logging.LogRecord("service.test", logging.INFO, __file__, 1, message, args, None)
    vars(record).update(fields(**said))
    return record


def test_a_line_is_one_object_with_the_ids_of_its_work() -> None:
    with watched_by(Visit(Metrics(), {"request_id": "r1", "stream_id": "s1", "job_id": "j1"})):
        told = line("told %d\nthings", 2, frames=3)
    assert told.pop("time")
    assert told == {
        "level": "info",
        "logger": "service.test",
        "message": "told 2\nthings",
        "request_id": "r1",
        "stream_id": "s1",
        "job_id": "j1",
        "frames": 3,
    }


@pytest.mark.parametrize("form", [JsonLines(), TextLines()], ids=["json", "text"])
def test_nobody_can_forge_a_line(form: logging.Formatter) -> None:
    written = form.format(_record("GET %s", "/a\n12:00:00 info nothing happened\x1b[2J", path="/b\r\n"))
    assert len(written.splitlines()) == 1
    assert "\x1b" not in written


@pytest.mark.parametrize("form", [JsonLines(), TextLines()], ids=["json", "text"])
def test_neither_keys_nor_pictures_are_written_down(form: logging.Formatter) -> None:
    try:
        raise ValueError("bad header Authorization: Bearer s3cret-3")
    except ValueError:
        record = _record("got 'Bearer s3cret-1' and bearer.s3cret-2", picture=b"\xff\xd8 s3cret-4")
        record.exc_info = sys.exc_info()
    written = form.format(record)
    assert "s3cret" not in written
    assert "ValueError" in written
    assert "<11 bytes>" in written


def test_what_is_too_long_for_a_line_is_cut() -> None:
    assert len(str(line("x" * LONG)["message"])) < LONG / 2


@pytest.mark.parametrize("level", list(LogLevel))
def test_libraries_that_would_write_headers_down_are_not_asked_for_more_than_info(level: LogLevel) -> None:
    loggers = log_config(LogFormat.JSON, level)["loggers"]
    assert int(loggers["uvicorn.error"]["level"]) >= logging.INFO


def test_all_of_a_process_goes_the_same_way() -> None:
    program = (
        "import logging; from service.telemetry.logs import *;"
        "set_up_logging(LogFormat.JSON, LogLevel.INFO);"
        "logging.getLogger('service.x').info('one');"
        "logging.getLogger('service.x').debug('silent');"
        "logging.getLogger('uvicorn.error').info('two');"
        "logging.getLogger('uvicorn.access').info('silent');"
        "logging.getLogger('other').warning('three')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert [json.loads(each)["message"] for each in done.stderr.splitlines()] == ["one", "two", "three"]


def test_a_sane_name_of_a_request_is_kept() -> None:
    assert request_id("a-B_c.1:2") == "a-B_c.1:2"


@pytest.mark.parametrize("offered", [None, "", "a b", "a\nb", "ü", "x" * 129, "a;b", "<script>"])
def test_any_other_name_is_replaced(offered: str | None) -> None:
    made = request_id(offered)
    assert made != offered
    assert made != request_id(offered)
    assert len(made) == 32
