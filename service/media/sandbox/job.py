"""What a worker is to do, and how much it may use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from service.media.limits import MediaLimits
from service.media.part import Part

# Codecs keep at most some 20 pictures of 3 bytes a pixel; the rest is for their tables and the RGB pictures.
MEMORY_PER_PIXEL = 96  # bytes
MEMORY_BESIDE = 256 << 20  # bytes: indexes, packets, and what Python allocates
CPU_TO_OPEN_S = 60  # seconds of CPU time
CPU_PER_SECOND = 8  # of video: 4K HEVC at 120 frames/s takes 4 on one slow core


class Task(StrEnum):
    """What to do with the file."""

    VIDEO = "video"
    """Give its frames."""

    PICTURE = "picture"
    """Decode the one picture that the file is."""

    COUNT = "count"
    """Count how many frames the video can have."""

    LIST = "list"
    """List when its packets are shown."""

    PROBE = "probe"
    """Say how the worker is confined; there is no file."""


@dataclass(frozen=True, slots=True)
class Job:
    """One file's work.

    Attributes
    ----------
    task
        What to do.
    limits
        What the file may be.
    part
        What to read of a video; everything if None.
    """

    task: Task
    limits: MediaLimits
    part: Part | None = None

    @property
    def memory_bytes(self) -> int:
        """Address space that the worker may take, beside what it is born with."""
        return MEMORY_BESIDE + MEMORY_PER_PIXEL * self.limits.max_pixels

    @property
    def cpu_s(self) -> int | None:
        """CPU time for the longest video that the limits allow; None if they allow any length."""
        longest = self.limits.max_seconds
        return None if longest is None else cpu_seconds_for(longest)

    def to_message(self) -> dict[str, Any]:
        """As JSON has it."""
        part = None if self.part is None else asdict(self.part)
        return {"task": self.task, "limits": asdict(self.limits), "part": part}

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> Job:
        """Undo :meth:`to_message`."""
        part = None if message["part"] is None else Part(**message["part"])
        return cls(Task(message["task"]), MediaLimits(**message["limits"]), part)


def cpu_seconds_for(seconds: float) -> int:
    """CPU time that a video of so many seconds may take, in whole seconds."""
    return int(CPU_TO_OPEN_S + CPU_PER_SECOND * max(seconds, 0.0))
