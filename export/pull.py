"""The whole errand: fetch, verify, convert, write; what is there and sound is left alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from export.blazepose import convert, is_sound
from export.fetch import fetch
from export.sources import source_of
from export.store import write_atomically


@dataclass(frozen=True, slots=True)
class Pulled:
    """One network on disk.

    Attributes
    ----------
    path
        The ONNX file.
    sha256
        Of the ONNX file, hexadecimal.
    size
        Bytes.
    fresh
        Whether it was written now; False when it was there already.
    """

    model: str
    path: Path
    sha256: str
    size: int
    fresh: bool

    def __str__(self) -> str:
        """One line for a terminal."""
        return f"{self.model}  {'written' if self.fresh else 'present'}  sha256:{self.sha256}  {self.path}"


def pull(
    models: Sequence[str], to: Path, *, force: bool = False, keep_sources: Path | None = None
) -> Iterator[Pulled]:
    """Bring networks into a folder as ``NAME.onnx``.

    Parameters
    ----------
    models
        Names of :data:`export.sources.SOURCES`.
    to
        The folder; made if missing.
    force
        Convert again what is there and sound.
    keep_sources
        Folder in which the TFLite files are looked for first and kept.

    Yields
    ------
    Each network once it is on disk.

    Raises
    ------
    UnknownModel
        Before anything is done.
    MissingClient, FetchFailed, SourceMismatch, UnreadableModel, UnsupportedNode, WriteFailed
        On the first that fails; those before it stay.
    """
    sources = [source_of(model) for model in dict.fromkeys(models)]
    wanted = []
    for source in sources:
        path = to / f"{source.model}.onnx"
        if not force and path.is_file() and is_sound(data := path.read_bytes(), source):
            yield _pulled(source.model, path, data, fresh=False)
        else:
            wanted.append(source)
    for source, tflite_bytes in fetch(wanted, keep_sources):
        path = to / f"{source.model}.onnx"
        data = convert(tflite_bytes, source)
        write_atomically(path, data)
        yield _pulled(source.model, path, data, fresh=True)


def _pulled(model: str, path: Path, data: bytes, *, fresh: bool) -> Pulled:
    return Pulled(model, path, hashlib.sha256(data).hexdigest(), len(data), fresh)
