"""How much of a video or picture is decoded at most."""

from __future__ import annotations

from dataclasses import dataclass

from service.media.errors import PictureTooLarge, VideoTooLong


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """Bounds on what one file may cost; whoever opens a file chooses them.

    Attributes
    ----------
    max_pixels
        Width x height of a picture, stored or displayed, whichever is more. The default admits 4K of
        cinema and of television; an 8K picture alone would take 100 MB as RGB.
    max_frames
        Frames of one video; None for no bound.
    max_seconds
        Presentation time of the last frame after that of the first; None for no bound.
    max_bad_packets
        Broken packets in a row before the rest of a damaged video is given up. A broken key frame can
        spoil all packets up to the next one, which encoders put 250 frames apart by default.
    """

    max_pixels: int = 4096 * 2304
    max_frames: int | None = None
    max_seconds: float | None = None
    max_bad_packets: int = 300

    def check_picture(self, width: int, height: int) -> None:
        """Raise :class:`PictureTooLarge` if a picture has too many pixels."""
        if width * height > self.max_pixels:
            raise PictureTooLarge(
                f"The picture is {width} x {height} pixels; at most {self.max_pixels:,} pixels are decoded."
            )

    def check_length(self, frames: int | None, seconds: float | None) -> None:
        """Raise :class:`VideoTooLong` if a video has too many frames or seconds; None is unknown."""
        if frames is not None and self.max_frames is not None and frames > self.max_frames:
            raise VideoTooLong(
                f"The video has {frames:,} frames or more; at most {self.max_frames:,} are read."
            )
        if seconds is not None and self.max_seconds is not None and seconds > self.max_seconds:
            raise VideoTooLong(
                f"The video lasts {seconds:,.1f} s or more; at most {self.max_seconds:,.1f} s are read."
            )
