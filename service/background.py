"""Threads that work beside the one that runs the network."""

from __future__ import annotations

import os
import sys
import threading

NICENESS = 10  # of 19; a niced thread gets a tenth of a contested core


def step_back() -> None:
    """Let the network's thread go first where the calling thread wants the same core.

    The network is the longest stage, and every frame waits for it: on two cores, threads of equal rights hold
    it up for a quarter of its time. Linux schedules threads one by one; elsewhere niceness belongs to the
    process, and nothing is done.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(os.getpriority(os.PRIO_PROCESS, thread), NICENESS))
