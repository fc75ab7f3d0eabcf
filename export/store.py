"""Files written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from export.errors import WriteFailed


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Parameters
    ----------
    path
        Where to; missing folders are made.
    data
        The whole content.

    Raises
    ------
    WriteFailed
        The folder cannot be made or written to, or the disk is full; nothing is left behind.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(data)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise WriteFailed(f"{path}: {error.strerror or error}") from error
