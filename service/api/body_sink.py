"""Where the bytes of a body go: all of them into a file, or those of one multipart part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Protocol

from streaming_form_data import ParseFailedException, StreamingFormDataParser
from streaming_form_data.targets import BaseTarget

from service.api.problems import MultipartInvalid

PART = "file"


class BodySink(Protocol):
    """Takes a body piece by piece."""

    @property
    def written(self) -> int:
        """Bytes that reached the file."""

    def write(self, piece: bytes) -> None:
        """Take the next piece of the body."""

    def finish(self) -> None:
        """Say that the body is complete."""


class RawSink:
    """The body is the file.

    Parameters
    ----------
    file
        Open for writing, without a buffer; belongs to the caller.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._written = 0

    @property
    def written(self) -> int:
        """Bytes that reached the file."""
        return self._written

    def write(self, piece: bytes) -> None:
        """Write the piece."""
        _write_all(self._file, piece)
        self._written += len(piece)

    def finish(self) -> None:
        """Do nothing: any bytes are a whole body."""


class MultipartSink:
    """The file is the part called `file` of a multipart body; other parts are passed over.

    Parameters
    ----------
    file
        As for :class:`RawSink`.
    headers
        Of the request; the content type says how parts are parted.

    Raises
    ------
    MultipartInvalid
        The content type names no boundary.
    """

    def __init__(self, file: IO[bytes], headers: Mapping[str, str]) -> None:
        self._part = _PartTarget(file)
        try:
            self._parser = StreamingFormDataParser({"Content-Type": headers["content-type"]})
        except ParseFailedException as error:
            raise MultipartInvalid(f"The content type cannot be used: {error}.") from error
        self._parser.register(PART, self._part)

    @property
    def written(self) -> int:
        """Bytes that reached the file."""
        return self._part.written

    def write(self, piece: bytes) -> None:
        """Take the piece apart and write what belongs to the file."""
        try:
            self._parser.data_received(piece)
        except ParseFailedException as error:
            raise MultipartInvalid(f"The body is not what its content type says: {error}.") from error

    def finish(self) -> None:
        """Check that the part was there, once, and whole."""
        if self._part.ended != 1:
            raise MultipartInvalid(f"Expected one whole part called `{PART}`, found {self._part.ended}.")


class _PartTarget(BaseTarget):  # type: ignore[misc]  # the library has no types
    """Writes to a file that somebody else closes, even when the body breaks off."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self.written = 0
        self.ended = 0

    def on_data_received(self, chunk: bytes) -> None:
        _write_all(self._file, chunk)
        self.written += len(chunk)

    def on_finish(self) -> None:
        self.ended += 1


def _write_all(file: IO[bytes], piece: bytes) -> None:
    # A file without a buffer may take less than it is given, just before the disk is full.
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]
