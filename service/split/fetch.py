"""A video in shared storage, as a local file."""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from service.split.errors import VideoOutOfReach

BLOCK = 1 << 20  # bytes
NAMELESS = sys.platform == "linux"  # where an open file can be opened again without a name


def is_address(video: str) -> bool:
    """Whether this is an address such as ``s3://bucket/name``, and no path."""
    return "://" in video


@contextmanager
def fetched(video: str, folder: Path | None) -> Iterator[Path]:
    """Give a path to read a video from, for as long as the block lasts.

    Parameters
    ----------
    video
        A path, or an address of any store that fsspec knows, which is copied.
    folder
        For the copy, which is gone with the block, or with the process if that is killed.

    Raises
    ------
    VideoOutOfReach
        It is not there, or cannot be read.
    """
    if not is_address(video):
        if not Path(video).is_file():
            raise _out_of_reach(video, "there is no such file")
        yield Path(video)
        return
    with _file(folder) as copy:
        _copy(video, copy)
        copy.flush()
        yield Path(f"/proc/self/fd/{copy.fileno()}" if NAMELESS else copy.name)


def _file(folder: Path | None) -> IO[bytes]:
    # A file without a name is gone however this process ends.
    make = tempfile.TemporaryFile if NAMELESS else tempfile.NamedTemporaryFile
    return make(dir=folder, prefix="flowpose-")


def _copy(video: str, copy: IO[bytes]) -> None:
    try:
        import fsspec  # type: ignore[import-untyped]

        with fsspec.open(video, "rb") as source:
            shutil.copyfileobj(source, copy, BLOCK)
    except ImportError as error:
        raise _out_of_reach(video, f"{error}; pip install 'flowpose[stores]'") from error
    except Exception as error:  # every store has errors of its own
        raise _out_of_reach(video, str(error) or type(error).__name__) from error


def _out_of_reach(video: str, why: str) -> VideoOutOfReach:
    return VideoOutOfReach(f"{video}, seen from {socket.gethostname()}: {why}.")
