"""What a request is called in logs, answers and traces."""

from __future__ import annotations

import re
import uuid

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9._:-]{1,128}")  # nothing that could break a line of a log, or fill it


def request_id(offered: str | None) -> str:
    """The client's own name for its request if it is a sane one, else a new one."""
    if offered is not None and SANE.fullmatch(offered):
        return offered
    return uuid.uuid4().hex
