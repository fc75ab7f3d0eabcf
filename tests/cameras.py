"""Cameras whose streams are to outlast their servers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from service.client import Answer, FlowPose, LastingStream
from tests.running import PATIENCE_S, eventually
from tests.streaming import encoded, picture

BUSY_S = 240.0  # for a server to be replaced on a machine that has too much to do
MOST = 8  # cameras
PICTURES = [encoded(picture(n)) for n in range(8)]


class Cameras:
    """Lasting streams in a thread, each of which sends pictures until it is told to stop."""

    def __init__(self, url: str) -> None:
        self._client = FlowPose(url, timeout_s=PATIENCE_S)
        self._over = threading.Event()
        self._threads = ThreadPoolExecutor(MOST)
        self.seen: list[list[Answer]] = []
        self._done: list[Future[LastingStream]] = []

    def add(self) -> None:
        """One more; it has been answered when this returns."""
        answers: list[Answer] = []
        self.seen.append(answers)
        self._done.append(self._threads.submit(lambda: asyncio.run(self._run(answers))))
        assert eventually(lambda: bool(answers) or self._done[-1].done())

    def further(self) -> bool:
        """Whether each of them gets answers that it had not got before."""
        before = [len(answers) for answers in self.seen]
        return eventually(lambda: all(len(now) > n for now, n in zip(self.seen, before, strict=True)), BUSY_S)

    def stop(self) -> list[LastingStream]:
        """All pictures are sent: the streams, ended."""
        self._over.set()
        return [done.result(BUSY_S) for done in self._done]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._threads.shutdown()

    async def _run(self, answers: list[Answer]) -> LastingStream:
        stream = self._client.lasting_stream(
            self._pictures(), patience_s=BUSY_S, window=3, stale_s=10.0, unanswered=1
        )
        async for answer in stream:
            answers.append(answer)
        return stream

    async def _pictures(self) -> AsyncIterator[tuple[float, bytes]]:
        n = 0
        while not self._over.is_set():
            yield n / 25, PICTURES[n % len(PICTURES)]
            n += 1
            await asyncio.sleep(0.05)
