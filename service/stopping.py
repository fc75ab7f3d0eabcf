"""SIGTERM and SIGINT: first the service drains, then the web server does what it does with them."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

from service.api.drain import Drain

SIGNALS = (signal.SIGTERM, signal.SIGINT)
GONE_AT = 0.95  # part of the grace period; by then the process is gone, whatever hangs
KERNEL_LATER = 1.04  # times that: then the kernel ends a process that cannot even do it by itself
HURRY_S = 1.0  # for open files to be removed after the second signal
BY_SIGNAL = 128  # a shell's exit status of a process that a signal ended, less the signal

Handler = Callable[[int, FrameType | None], object]

logger = logging.getLogger(__name__)


class StopSignals:
    """Puts a drain before the web server's own handlers, whichever server it is: ``with`` it in the lifespan.

    uvicorn closes its sockets as soon as it is told to stop, and the lifespan's end comes only after that:
    too late to tell a stream, or to answer that nothing new is taken. So its handler is called when all is
    said. Other threads than the main one cannot listen to signals; there, nothing is done.

    Parameters
    ----------
    drain
        Run once, at the first signal. The second signal means now.
    """

    def __init__(self, drain: Drain) -> None:
        self._drain = drain
        self._loop = asyncio.get_running_loop()
        self._before: dict[int, Handler] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                before = signal.getsignal(number)
                if callable(before):
                    self._before[number] = before
                    signal.signal(number, self._heard)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            if signal.getsignal(number) == self._heard:
                signal.signal(number, before)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        """In the main thread, between any two instructions: no more than a note to the event loop."""
        if not self._drain.draining:
            self._drain.begin()
            _end_process_after(GONE_AT * self._drain.grace_s, number)
        else:
            self._drain.hurry()
            _end_process_after(HURRY_S, number)
        self._loop.call_soon_threadsafe(self._drain_then_stop, number)

    def _drain_then_stop(self, number: int) -> None:
        task = self._loop.create_task(self._stop_after_drain(number))
        self._tasks.add(task)  # or it could be collected while it runs
        task.add_done_callback(self._tasks.discard)

    async def _stop_after_drain(self, number: int) -> None:
        await self._drain.run()
        self._before[number](number, None)


def _end_process_after(seconds: float, number: int) -> None:
    """Whatever hangs then, a thread in a decoder or a client that takes nothing, ends with the process.

    A thread can say so and give the shell's exit status. The interpreter stops threads when it takes itself
    apart, which took 20 s on a machine with seven times too much to do: then the kernel's alarm ends it.
    """

    def end() -> None:
        logger.error("stopping: it took longer than %.3g s; the process ends itself", seconds)
        os._exit(BY_SIGNAL + number)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, KERNEL_LATER * seconds)
