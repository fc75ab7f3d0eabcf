"""Writes down what a stream answers, and from where another one can go on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable

from service.api.formats import Ndjson
from service.jobs.checkpoint import write_checkpoint
from service.jobs.claim import Claim
from service.jobs.results import ResultWriter
from service.pipeline import PoseStream
from service.stream_memory import WARM_UP, StreamMemory
from service.temporal.pose import FramePoses

SYNC_EVERY_S = 1.0  # what a failing machine can lose; a failing process loses nothing
REMEMBER_EVERY = 15  # frames between memories: as many are done again at most, beside those of the warm-up


class Scribe:
    """Results of one run over a job.

    Parameters
    ----------
    claim
        The job.
    results
        Where its lines go.
    maker
        See :func:`~service.jobs.checkpoint.maker_of`.
    """

    def __init__(self, claim: Claim, results: ResultWriter, maker: str) -> None:
        self._claim = claim
        self._results = results
        self._maker = maker
        self._form = Ndjson()
        self._memories: deque[StreamMemory] = deque()
        self._synced = time.monotonic()

    def write(self, answers: Iterable[FramePoses]) -> None:
        """Add the lines of frames that have none yet.

        Raises
        ------
        Lost
            The job is not ours any more.
        """
        for answer in answers:
            if answer.index >= self._results.frames:
                assert answer.index == self._results.frames, "no frame is passed over"
                self._claim.check()
                self._results.append(self._form.frame(answer))

    def remember(self, stream: PoseStream, index: int) -> None:
        """Note from where one could go on, now and then; and once a second make all safe."""
        if index % REMEMBER_EVERY == 0:
            self.note(stream.memory())
        self.save_now_and_then()

    def note(self, memory: StreamMemory) -> None:
        """Keep a memory from which one could go on."""
        self._memories.append(memory)

    def save_now_and_then(self) -> None:
        """Make all safe once a second."""
        if time.monotonic() - self._synced >= SYNC_EVERY_S:
            self.save()

    def save(self) -> None:
        """Make the lines safe, then the place from which those after them can be made.

        Raises
        ------
        Lost
            The job is not ours any more.
        """
        self._claim.check()
        self._results.sync()
        frames, kept = self._results.frames, {}
        while self._memories and self._memories[0].frame + WARM_UP <= frames:
            kept = {"checkpoint": write_checkpoint(self._maker, self._memories.popleft())}
        fruitful = {"crashes": 0} if frames > self._claim.job.frames else {}
        self._claim.change(frames=frames, result_bytes=self._results.size, **kept, **fruitful)
        self._synced = time.monotonic()
