"""Where a video is cut, and how much each part overlaps with its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from service.options import CropSource, Options
from service.refine.reach import reach_of
from service.stream_memory import WARM_UP
from service.temporal.ring import WINDOW

TURNS = 4  # segments for each worker, so that none waits long for the last one
LEAST = 600  # frames of a segment, 20 s: the overlap is then a twentieth of it
MOST = 9600  # frames of a segment, five minutes: what is lost with a worker, and 10 MB of answers
SKIMMED = WINDOW  # frames before a segment that are looked at for cuts and times, but not for people


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of frames that one worker answers.

    Attributes
    ----------
    number
        Counts from 0.
    anchor
        Frame in which people are found anew, WARM_UP frames before the first answer; None at the beginning.
    first, end
        Frames that are answered, end exclusive; None for the end of the video.
    overlap
        Frames after the last answered one that take part in answers.
    """

    number: int
    anchor: int | None
    first: int
    end: int | None
    overlap: int

    @property
    def begin(self) -> int:
        """First frame that is looked at."""
        return 0 if self.anchor is None else max(0, self.anchor - SKIMMED)

    @property
    def stop(self) -> int | None:
        """Frame after the last one that is looked at; None for the end of the video."""
        return None if self.end is None else self.end + self.overlap

    @property
    def next_anchor(self) -> int | None:
        """That of the segment after it."""
        return None if self.end is None else self.end - WARM_UP


def segments_of(frames: int | None, options: Options, length: int, start: int | None = None) -> list[Segment]:
    """Cut a video.

    Parameters
    ----------
    frames
        How many it has, about; None for unknown, which is not cut.
    options
        What is run.
    length
        Frames of a segment, a multiple of ``options.renew``.
    start
        Frame whose memory is known, if what goes before is done.
    """
    overlap = min(options.lookahead, reach_of(options))
    anchors = [] if frames is None else list(range(length, frames - length // 2, length))
    later = [anchor for anchor in anchors if anchor > (start or 0)]
    begins = [start, *later]
    ends = [*(anchor + WARM_UP for anchor in later), None]
    return [
        Segment(number, anchor, 0 if anchor is None else anchor + WARM_UP, end, overlap)
        for number, (anchor, end) in enumerate(zip(begins, ends, strict=True))
    ]


def length_of(frames: int | None, options: Options, workers: int, wanted: int | None) -> int | None:
    """How long segments should be; None for a video that is not to be split.

    Notes
    -----
    A box given by the user says where somebody is in the first frame and nowhere else.
    """
    if frames is None or not options.renew or options.crop is CropSource.BOX:
        return None
    about = wanted or min(max(frames // (TURNS * workers), LEAST), MOST)
    return options.renew * max(1, round(about / options.renew))
