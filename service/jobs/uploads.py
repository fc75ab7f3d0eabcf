"""Videos that come in parts: a file each, as long as they are not complete."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from service.jobs.errors import OffsetMismatch, UploadBusy


class Uploads:
    """Files of incomplete uploads; what has arrived survives the process.

    Parameters
    ----------
    folder
        On a local disk; made if it is not there.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder

    def path(self, id_: str) -> Path:
        """Where the upload of a job lies."""
        return self._folder / id_

    def offset(self, id_: str) -> int:
        """Bytes that have arrived."""
        with suppress(FileNotFoundError):
            return self.path(id_).stat().st_size
        return 0

    @contextmanager
    def part(self, id_: str, offset: int) -> Iterator[IO[bytes]]:
        """A file to write the next part to, without a buffer; one at a time.

        Parameters
        ----------
        offset
            Where the part begins.

        Raises
        ------
        OffsetMismatch
            That is not where the last part ended.
        UploadBusy
            Another part is being written.
        """
        with self.path(id_).open("ab", buffering=0) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise UploadBusy("Wait for the other request to end, or end it.") from None
            there = file.seek(0, os.SEEK_END)
            if offset != there:
                raise OffsetMismatch(f"The part begins at {offset}; {there} bytes are here.")
            yield file

    def remove(self, id_: str) -> None:
        """Remove an upload; nothing happens if there is none."""
        self.path(id_).unlink(missing_ok=True)

    def ids(self) -> set[str]:
        """Jobs with an incomplete upload here."""
        return {path.name for path in self._folder.iterdir()}
