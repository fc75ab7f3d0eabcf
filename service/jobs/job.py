"""The job as it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class JobState(StrEnum):
    """Where a job is in its life."""

    UPLOADING = "uploading"  # its video comes in parts, and is not complete
    QUEUED = "queued"  # waits for a worker; also after a stop of the service
    RUNNING = "running"
    SUCCEEDED = "succeeded"  # every frame that can be read has its line; `error` tells what could not
    FAILED = "failed"  # `error` tells why; the lines that are there stay
    CANCELLED = "cancelled"  # about to go


OVER = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for.

    Attributes
    ----------
    options
        JSON of :class:`~service.options.Options`; what the worker runs.
    limits
        JSON of :class:`~service.media.limits.MediaLimits`: what its video may be at most.
    holder
        Whose job it is: the name of an access key, or empty where keys are not needed.
    key
        The client's name for this very order (`Idempotency-Key`); None for none.
    """

    options: str
    limits: str
    holder: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the store, as it was when it was read.

    Attributes
    ----------
    id
        Name, not to be guessed.
    number
        Place in the queue; counts up.
    state
        See its enumeration.
    options, limits, holder, key
        As ordered.
    version
        Goes up by one with every change.
    created_s, updated_s, started_s, finished_s
        Seconds since 1970; None for what has not happened.
    video_bytes, result_bytes
        Size of what is kept.
    header
        First line of the result, with its line end; None until the video was opened.
    frames, frames_estimated
        Frames whose lines are safe; how many the file claims to have.
    worked_s
        Seconds that workers spent on it.
    checkpoint
        See :mod:`service.jobs.checkpoint`.
    last_line
        Last line of the result, with its line end.
    error
        JSON of the problem that ended it.
    owner, lease_until_s
        Which process works on it, and until when nobody else may, seconds since 1970.
    crashes
        How often in a row its process died without a further frame.
    """

    id: str
    number: int
    state: JobState
    options: str
    limits: str
    holder: str
    key: str | None
    version: int
    created_s: float
    updated_s: float
    started_s: float | None
    finished_s: float | None
    video_bytes: int
    result_bytes: int
    header: str | None
    frames: int
    frames_estimated: int | None
    worked_s: float
    checkpoint: str | None
    last_line: str | None
    error: str | None
    owner: str | None
    lease_until_s: float
    crashes: int

    @property
    def over(self) -> bool:
        """Nothing will change any more."""
        return self.state in OVER

    @property
    def progress(self) -> float | None:
        """Share of the frames that is done, 0..1; None when the file does not say how many there are."""
        if self.state is JobState.SUCCEEDED:
            return 1.0
        if not self.frames_estimated:
            return None
        return min(self.frames / self.frames_estimated, 1.0)

    @property
    def eta_s(self) -> float | None:
        """Seconds of work left, at the speed so far; None when that cannot be told."""
        if self.state is not JobState.RUNNING or not self.frames or not self.frames_estimated:
            return None
        return max(self.frames_estimated - self.frames, 0) * self.worked_s / self.frames
