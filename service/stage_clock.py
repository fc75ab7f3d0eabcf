"""Where the time of a stream goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from service.watch import watch


class StageClock:
    """Adds up seconds by stage, and tells them to who watches; each stage belongs to one thread."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Time what happens inside as part of ``stage``."""
        started = time.perf_counter()
        try:
            yield
        finally:
            took_s = time.perf_counter() - started
            self.seconds[stage] = self.seconds.get(stage, 0.0) + took_s
            watch().stage(stage, took_s)
