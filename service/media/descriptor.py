"""A file that somebody else has opened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Descriptor:
    """An open regular file by its number, where paths cannot be opened; has of a `Path` what readers need.

    All who open it share one position in the file, so that only one may read at a time.

    Attributes
    ----------
    number
        Stays open.
    """

    number: int

    def stat(self) -> os.stat_result:
        """What the system knows of the file."""
        return os.fstat(self.number)

    def open(self, mode: Literal["rb"]) -> BinaryIO:
        """Read from its beginning."""
        os.lseek(self.number, 0, os.SEEK_SET)
        return os.fdopen(self.number, mode, closefd=False)


MediaFile: TypeAlias = Path | Descriptor
"""Where the bytes of a video are."""


def ffmpeg_address(file: MediaFile) -> tuple[str, dict[str, str]]:
    """FFmpeg's name of a file at its beginning, and the options that admit that and nothing else."""
    if isinstance(file, Descriptor):
        os.lseek(file.number, 0, os.SEEK_SET)
        return "fd:", {"protocol_whitelist": "fd", "fd": str(file.number)}
    # the prefix keeps a name such as "concat:a|b" from being read as a protocol
    return f"file:{file.absolute()}", {"protocol_whitelist": "file"}
