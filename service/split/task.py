"""What a worker is asked for, and what it answers; both travel between processes."""

from __future__ import annotations

from dataclasses import dataclass

from service.errors import Problem
from service.media.limits import MediaLimits
from service.networks.device import Device
from service.options import Options
from service.split.identity import Identity
from service.split.segment import Segment
from service.split.timetable import Stretch
from service.stream_memory import StreamMemory
from service.temporal.pose import FramePoses


@dataclass(frozen=True, slots=True)
class Order:
    """What holds for all segments of a video.

    Attributes
    ----------
    video
        Path or address, as workers see it.
    options, limits
        What to run, and what the video may be.
    trusted
        The video is the user's own; see :func:`service.media.sandbox.chosen.chosen_reader`.
    device, threads
        Go before the worker's own settings if not None.
    """

    video: str
    options: Options
    limits: MediaLimits
    trusted: bool = False
    device: Device | None = None
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One segment.

    Attributes
    ----------
    segment
        Which frames.
    stretch
        What to decode for that; None to count frames from the beginning of the file.
    memory
        Of the frame ``segment.anchor``, if it is known; else people are found anew there.
    guesses
        What an earlier try remembered of later frames: once that is found to be true, the rest is, too.
    """

    segment: Segment
    stretch: Stretch | None
    memory: StreamMemory | None = None
    guesses: tuple[StreamMemory, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task.

    Attributes
    ----------
    answers
        Of the segment's frames; fewer if a guess was true. If the video ended, of all that were left.
    memories
        Of all frames in which people were found anew, from the anchor on.
    met
        The frame of the guess that was found to be true, if one was.
    ended
        The video ended here.
    problem
        What is wrong with the rest of the video then.
    strayed
        The video is not as the timetable says: why. Nothing else of the result counts.
    frames
        How many were worked on, those of the overlaps included.
    made_by
        Who answers.
    """

    answers: tuple[FramePoses, ...]
    memories: tuple[StreamMemory, ...]
    met: int | None
    ended: bool
    problem: Problem | None
    strayed: str | None
    frames: int
    made_by: Identity

    def memory(self, frame: int) -> StreamMemory:
        """Of one frame."""
        return next(memory for memory in self.memories if memory.frame == frame)
