from __future__ import annotations

import sys
import threading

import numpy as np
import psutil
import pytest

from service.free_memory import giving_back
from tests.running import eventually

MIB = 2**20


def rss() -> int:
    return int(psutil.Process().memory_info().rss)


def returners() -> int:
    return [thread.name for thread in threading.enumerate()].count("flowpose-free-memory")


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps and gives back free pages in this way")
def test_pages_between_those_in_use_go_back_to_the_system() -> None:
    pieces = [np.ones(100_000, np.uint8) for _ in range(2_000)]  # each too small for pages of its own
    last = pieces[-1]  # holds the heap's end, so that nothing goes back by itself
    full = rss()
    del pieces
    assert rss() > full - 50 * MIB
    with giving_back(0.01):
        assert eventually(lambda: rss() < full - 100 * MIB)
    assert last.all()


def test_the_thread_ends_with_the_block() -> None:
    before = returners()  # those of other tests' servers
    with giving_back():
        assert returners() == before + (sys.platform == "linux")
    assert returners() == before
