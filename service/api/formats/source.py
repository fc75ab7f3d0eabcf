"""What an answer is about, for formats that need to know more than the joints."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from service.media.limits import MediaLimits
from service.media.reader import HERE, Reader


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer comes from, and where it may grow.

    Attributes
    ----------
    title
        What to call the video within the document.
    video
        Its file; None for a picture.
    limits
        What the video may be at most, when it is opened once more.
    temp_dir
        Folder for files that are put together there; the system's if None.
    reader
        Who decodes the video once more.
    """

    title: str = "video"
    video: Path | None = None
    limits: MediaLimits = field(default_factory=MediaLimits)
    temp_dir: Path | None = None
    reader: Reader = HERE
