"""Memory that is free goes back to the system, for the C library keeps it.

Frames and heatmaps of many sizes come and go on many threads. glibc keeps the pages between those that are
still in use, so that a server grows for hours although nothing leaks (`tests/benchmarks/soak.py`).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

EVERY_S = 10.0


@contextmanager
def giving_back(every_s: float = EVERY_S) -> Iterator[None]:
    """Give free pages back now and then while the block runs, and at its end.

    Does nothing where the C library has no ``malloc_trim``, as musl and those of other systems.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is None:
        yield
        return
    over = Event()

    def now_and_then() -> None:
        while not over.wait(every_s):
            trim(0)

    thread = Thread(target=now_and_then, name="flowpose-free-memory")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        trim(0)
