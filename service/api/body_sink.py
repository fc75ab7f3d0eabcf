"""Where the bytes of a body go: all of them into a file, or those of multipart parts into one each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Protocol

from streaming_form_data import ParseFailedException, StreamingFormDataParser
from streaming_form_data.targets import BaseTarget

from service.api.problems import MultipartInvalid, TooLarge

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


class PartsSink:
    """Each named part of a multipart body goes to its own file; other parts are passed over.

    Parameters
    ----------
    files
        By name of the part; open for writing, without a buffer; they belong to the caller.
    headers
        Of the request; the content type says how parts are parted.
    limits
        Most bytes of a part, by its name; a part that is not in it has no bound of its own.

    Raises
    ------
    MultipartInvalid
        The content type names no boundary.
    """

    def __init__(
        self,
        files: Mapping[str, IO[bytes]],
        headers: Mapping[str, str],
        limits: Mapping[str, int] | None = None,
    ) -> None:
        bounds = limits or {}
        self._parts = {name: _PartTarget(name, file, bounds.get(name)) for name, file in files.items()}
        try:
            self._parser = StreamingFormDataParser({"Content-Type": headers["content-type"]})
        except ParseFailedException as error:
            raise MultipartInvalid(f"The content type cannot be used: {error}.") from error
        for name, part in self._parts.items():
            self._parser.register(name, part)

    @property
    def written(self) -> int:
        """Bytes that reached the files."""
        return sum(part.written for part in self._parts.values())

    def write(self, piece: bytes) -> None:
        """Take the piece apart and write what belongs to the files.

        Raises
        ------
        TooLarge
            A part is longer than its limit.
        MultipartInvalid
            The body is not multipart.
        """
        try:
            self._parser.data_received(piece)
        except ParseFailedException as error:
            raise MultipartInvalid(f"The body is not what its content type says: {error}.") from error

    def finish(self) -> None:
        """Check that each part was there, once, and whole."""
        for name, part in self._parts.items():
            if part.ended != 1:
                raise MultipartInvalid(f"Expected one whole part called `{name}`, found {part.ended}.")


class MultipartSink(PartsSink):
    """The file is the part called `file` of a multipart body; other parts are passed over.

    Parameters
    ----------
    file
        As for :class:`RawSink`.
    headers
        As for :class:`PartsSink`.
    """

    def __init__(self, file: IO[bytes], headers: Mapping[str, str]) -> None:
        super().__init__({PART: file}, headers)


class _PartTarget(BaseTarget):  # type: ignore[misc]  # the library has no types
    """Writes to a file that somebody else closes, even when the body breaks off."""

    def __init__(self, name: str, file: IO[bytes], max_bytes: int | None) -> None:
        super().__init__()
        self._name = name
        self._file = file
        self._max_bytes = max_bytes
        self.written = 0
        self.ended = 0

    def on_data_received(self, chunk: bytes) -> None:
        self.written += len(chunk)
        if self._max_bytes is not None and self.written > self._max_bytes:
            raise TooLarge(f"The part `{self._name}` has more than {self._max_bytes} bytes.")
        _write_all(self._file, chunk)

    def on_finish(self) -> None:
        self.ended += 1


def _write_all(file: IO[bytes], piece: bytes) -> None:
    # A file without a buffer may take less than it is given, just before the disk is full.
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]
