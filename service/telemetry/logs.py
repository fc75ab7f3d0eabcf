"""What the service says while it runs: one line an event, for people or as JSON for machines."""

from __future__ import annotations

import json
import logging
import logging.config
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from service.watch import watch

FIELDS = "fields"  # of `extra`: what a line says beside its message
MOST = 4096  # characters of one value; what is longer is no message
OWN = ("service", "models", "export")
SECRET = re.compile(r"(?i)\b(authorization\W{1,4}(?:\w+ +)?|bearer[ .]+)[^\s\"',]+")
CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), 127)}  # or a client could forge a line


class LogFormat(StrEnum):
    """How a line looks."""

    JSON = "json"
    TEXT = "text"


class LogLevel(StrEnum):
    """From which weight on."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def fields(**values: object) -> dict[str, Mapping[str, object]]:
    """For `extra`: values that a line says beside its message."""
    return {FIELDS: values}


class JsonLines(logging.Formatter):
    """One JSON object a line: ``time``, ``level``, ``logger``, ``message``, ids of the work, fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line."""
        line = {
            "time": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _short(record.getMessage()),
            **_said(record),
        }
        if record.exc_info:
            line["exception"] = _without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """A line for people: time, level, message, and then ids and fields as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line; what went wrong follows on lines of its own."""
        said = "".join(f" {name}={value}" for name, value in _said(record).items())
        time = _time(record).astimezone().strftime("%H:%M:%S")
        message = f"{_short(record.getMessage())}{said}".translate(CONTROLS)
        line = f"{time} {record.levelname.lower():7} {message}"
        if record.exc_info:
            line += f"\n{_without_secrets(self.formatException(record.exc_info))}"
        return line


def set_up_logging(form: LogFormat, level: LogLevel) -> None:
    """Send every line of this process, the web server's as well, to standard error in one form.

    Parameters
    ----------
    form
        Of the lines.
    level
        Of the service's own lines. Others are heard from ``info`` (the web server) or ``warning`` on: below
        that they would write down headers, with keys in them, and pictures.
    """
    logging.config.dictConfig(log_config(form, level))


def log_config(form: LogFormat, level: LogLevel) -> dict[str, Any]:
    """The same for :func:`logging.config.dictConfig`."""
    formatter = JsonLines if form is LogFormat.JSON else TextLines
    server = max(logging.INFO, logging.getLevelNamesMapping()[level.upper()])
    plain = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": formatter}},
        "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "lines", "stream": sys.stderr}},
        "root": {"handlers": ["err"], "level": "WARNING"},
        "loggers": {
            **{name: {"level": level.upper()} for name in OWN},
            "uvicorn": {**plain, "level": server},
            "uvicorn.error": {**plain, "level": server},
            # The service writes a line of its own for each request, with more in it.
            "uvicorn.access": {"handlers": [], "propagate": False, "level": "CRITICAL"},
        },
    }


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _said(record: logging.LogRecord) -> dict[str, object]:
    """The ids of the work that the line is about, and its own fields."""
    own: Mapping[str, object] = getattr(record, FIELDS, {})
    return {name: _short(value) for name, value in {**watch().ids, **own}.items()}


def _short(value: object) -> object:
    """Nothing that could be a picture, and no more than a line holds."""
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if not isinstance(value, str):
        return value
    whole = f"{value[:MOST]}... ({len(value)} characters)" if len(value) > MOST else value
    return _without_secrets(whole)


def _without_secrets(text: str) -> str:
    """Nobody writes keys down on purpose; a library's message or an exception might."""
    return SECRET.sub(r"\1***", text)
