"""Working on one job, from where it was left to its end."""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from service.api.formats import Ndjson
from service.api.problem_details import ProblemDetails
from service.api.schemas import HeaderSchema
from service.engine import Engine, RunInfo
from service.errors import Problem
from service.jobs.checkpoint import maker_of, read_checkpoint
from service.jobs.claim import Claim, Lost, Parked
from service.jobs.errors import JobCrashes, JobTooLong, JobUnknown, ResultsDiskFull
from service.jobs.files import JobFiles
from service.jobs.job import JobState
from service.jobs.scribe import Scribe
from service.jobs.together import Together
from service.media.limits import MediaLimits
from service.media.opened import Video
from service.media.prefetch import read_ahead
from service.options import Options
from service.split.split import Split
from service.stream_memory import WARM_UP, StreamMemory
from service.temporal.pose import FramePoses

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SERVERS = 500  # from this status on an error is not the video's, and somebody may want to try again
MOST_CRASHES = 20  # in a row without a further frame: then it is the job, not the machine
OPTIONS = TypeAdapter(Options)
LIMITS = TypeAdapter(MediaLimits)

OpenVideo = Callable[[Path, MediaLimits], Video]
"""Of a local file; as :meth:`service.media.reader.Reader.open_video`."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every job is worked on with.

    Attributes
    ----------
    engine
        Networks and flow.
    files
        Where videos and results are.
    open_video
        See :data:`OpenVideo`.
    max_s
        Seconds that may be worked on one job.
    together
        Who works instead of this process; None for nobody.
    """

    engine: Engine
    files: JobFiles
    open_video: OpenVideo
    max_s: float
    together: Together | None = None

    def work(self, claim: Claim, stop: threading.Event) -> None:
        """Work until the job is over, somebody else has it, or ``stop`` is set; tell the store which.

        Raises
        ------
        Exception
            The store cannot be reached: the job is left as it is.
        """
        try:
            self._finish(claim, _Run(self, claim, stop).run())
        except Parked:
            claim.change(state=JobState.QUEUED, owner=None, lease_until_s=0.0)
        except Lost:
            logger.info("job %s is in other hands or gone", claim.job.id)

    def _finish(self, claim: Claim, ended: tuple[JobState, Problem | None]) -> None:
        state, problem = ended
        form, instance = Ndjson(), f"/v1/jobs/{claim.job.id}"
        if problem is None:
            line, error = form.end(claim.job.frames, claim.worked_s), None
        else:
            details = ProblemDetails.from_problem(problem, instance)
            line, error = form.error(details), details.to_json().decode()
        claim.change(
            state=state, last_line=line.decode(), error=error, finished_s=time.time(),
            owner=None, checkpoint=None,
        )  # fmt: skip


class _Run:
    """One go at a job."""

    def __init__(self, shop: Workshop, claim: Claim, stop: threading.Event) -> None:
        self._shop = shop
        self._claim = claim
        self._stop = stop
        self._options = OPTIONS.validate_json(claim.job.options)
        self._limits = LIMITS.validate_json(claim.job.limits)

    def run(self) -> tuple[JobState, Problem | None]:
        """How it ends.

        Raises
        ------
        Parked, Lost
            It does not end here.
        """
        try:
            damage = self._all_frames()
            ours = damage is not None and damage.status >= SERVERS
            return JobState.FAILED if ours else JobState.SUCCEEDED, damage
        except (Parked, Lost):
            raise
        except Problem as problem:
            return JobState.FAILED, problem
        except OSError as error:
            return JobState.FAILED, self._problem_of(error)
        except Exception:
            logger.exception("job %s failed", self._claim.job.id)
            return JobState.FAILED, Problem("The server's log says more.")

    def _problem_of(self, error: OSError) -> Problem:
        if error.errno in NO_ROOM:
            return ResultsDiskFull("The disk filled up while the results were written.")
        if isinstance(error, FileNotFoundError):
            self._claim.change()  # or it was deleted, and that is why
            return JobUnknown("The files of the job are not there any more.")
        logger.error("job %s failed", self._claim.job.id, exc_info=error)
        return Problem("The server's log says more.")

    def _all_frames(self) -> Problem | None:
        """Write a line for every frame; what is wrong with the video, if anything is."""
        if self._claim.job.crashes > MOST_CRASHES:
            raise JobCrashes(f"The process died {MOST_CRASHES} times over the same frames.")
        job, shop = self._claim.job, self._shop
        with ExitStack() as held:
            path = held.enter_context(shop.files.video(job.id))
            video = held.enter_context(shop.open_video(path, self._limits))
            shared = held.enter_context(self._shared(path))
            run = shop.engine.describe(self._options) if shared is None else shared.run
            self._begin(video, run)
            maker = maker_of(run, job.options)
            with shop.files.writer(job.id) as results:
                memory = read_checkpoint(job.checkpoint, maker)
                if memory is not None and memory.frame + WARM_UP > results.frames:
                    memory = None  # lines were lost with the machine's disk: all anew
                scribe = Scribe(self._claim, results, maker)
                try:
                    if shared is None:
                        return self._stream(video, scribe, memory)
                    return self._join(shared.join(video, memory, self._go_on, scribe.note), scribe)
                finally:
                    scribe.save()

    def _shared(self, path: Path) -> AbstractContextManager[Split | None]:
        """The video in the hands of workers, if there are any."""
        together = self._shop.together
        if together is None:
            return nullcontext()
        address = self._shop.files.address(self._claim.job.id)
        return together.at_work(address, path, self._options, self._limits)

    def _join(self, answers: Iterable[FramePoses], scribe: Scribe) -> Problem | None:
        """Write what workers answer."""
        try:
            for answer in answers:
                scribe.write([answer])
                scribe.save_now_and_then()
        except JobTooLong:
            raise
        except Problem as problem:
            return problem
        return None

    def _begin(self, video: Video, run: RunInfo) -> None:
        """Write down the first line, once."""
        if self._claim.job.header is None:
            header = Ndjson().header(HeaderSchema.from_run(video.info, run)).decode()
            self._claim.change(header=header, frames_estimated=video.info.frames_estimated)

    def _stream(self, video: Video, scribe: Scribe, memory: StreamMemory | None) -> Problem | None:
        """Push all frames from the remembered one on, and write what comes out."""
        damage: Problem | None = None
        with self._shop.engine.stream(self._options) as stream, read_ahead(iter(video)) as frames:
            try:
                for frame in frames:
                    self._go_on()
                    if memory is not None and frame.index < memory.frame:
                        continue
                    if memory is not None and frame.index == memory.frame:
                        stream.resume(memory, frame)
                        continue
                    scribe.write(stream.push(frame))
                    scribe.remember(stream, frame.index)
            except Problem as problem:
                if isinstance(problem, JobTooLong):
                    raise
                damage = problem
            scribe.write(stream.finish())
        return damage

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise Parked
        if self._claim.worked_s > self._shop.max_s:
            raise JobTooLong(f"It was worked on for {self._shop.max_s:g} s, which is all that is allowed.")
