"""Files that appear complete or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from service.errors import Problem

STDOUT = Path("-")


class OutputImpossible(Problem):
    """The output file cannot be written where it was asked for."""

    name = "output-impossible"
    title = "The output cannot be written"


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to, whose file takes the name `path` when the block is left without an error.

    Parameters
    ----------
    path
        Is replaced if it exists; its folder must.

    Raises
    ------
    OutputImpossible
        Nothing can be written there.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise OutputImpossible(f"{path}: {error.strerror}") from error
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.chmod(0o666 & ~_umask())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def opened_output(output: Path) -> Iterator[IO[bytes]]:
    """Open the output: stdout, or a file that appears when it is complete."""
    if output == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole_file(output) as unfinished, unfinished.open("wb") as file:
        yield file


def _umask() -> int:
    # The system tells it only when it is set; made files private, as temporary ones are, nobody wants.
    mask = os.umask(0)
    os.umask(mask)
    return mask
