"""What went wrong while a video was read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Damage:
    """Counts, while decoding, of what could not be read; false when all is well.

    Attributes
    ----------
    packets
        Packets that the file gave.
    unreadable
        Packets, or places in the file, from which nothing could be decoded.
    repaired
        Frames of which the decoder had to guess a part.
    missing
        Packets that the file's index lists and the file did not give.
    gaps
        Packets that were decoded, but the container says that data is missing in or before them.
    too_large
        Packets among the unreadable that were refused for the size of their picture.
    key_frame
        A frame that needs no other was there to start from.
    gave_up
        So many failures in a row that the rest was left.
    flaw
        A sentence on the file's own structure: bytes missing at the end, or broken inside.
    """

    packets: int = 0
    unreadable: int = 0
    repaired: int = 0
    missing: int = 0
    gaps: int = 0
    too_large: int = 0
    key_frame: bool = False
    gave_up: bool = False
    flaw: str | None = None

    def __bool__(self) -> bool:
        return bool(
            self.flaw or self.unreadable or self.missing or self.gaps or self.repaired or self.gave_up
        )

    @property
    def read(self) -> bool:
        """Whether anything that was read is damaged, whatever the rest of the file may be."""
        return bool(self.unreadable or self.gaps or self.repaired or self.gave_up)

    def sentence(self, frames: int, claimed: int | None) -> str:
        """Say it to a person: `frames` were read, the header claims `claimed`."""
        of_claim = f" of {claimed:,} that the header claims" if claimed and claimed > frames else ""
        parts = [f"{count_of(frames, 'frame')} could be read{of_claim}."]
        if self.flaw:
            parts.append(self.flaw)
        if self.unreadable:
            parts.append(f"{count_of(self.unreadable, 'packet')} of {self.packets:,} could not be decoded.")
        if self.too_large:
            parts.append(f"The pictures of {count_of(self.too_large, 'packet')} are too large.")
        if self.missing:
            parts.append(f"{count_of(self.missing, 'packet')} of the file's index could not be found.")
        if self.gaps:
            parts.append(f"Data is missing in or before {count_of(self.gaps, 'packet')}.")
        if self.packets and not self.key_frame:
            parts.append("There is no key frame to start from.")
        if self.repaired:
            parts.append(f"The decoder had to guess parts of {count_of(self.repaired, 'frame')}.")
        if self.gave_up:
            parts.append("Reading stopped after too many failures in a row.")
        return " ".join(parts)


def count_of(number: int, noun: str) -> str:
    """Write a count with its noun: ``1 frame``, ``2,000 frames``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
