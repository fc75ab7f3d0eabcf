"""TFLite files taken out of the packages that ship them, and checked."""

from __future__ import annotations

import hashlib
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from export.clients import download
from export.errors import SourceMismatch
from export.sources import Source
from export.store import write_atomically


def fetch(sources: Sequence[Source], keep: Path | None = None) -> Iterator[tuple[Source, bytes]]:
    """Get TFLite files, each package once.

    Parameters
    ----------
    sources
        What to get. Files of one package come together, whatever their order here.
    keep
        Folder that holds files from before and takes new ones; nothing is kept without it.

    Yields
    ------
    Each source with its verified bytes.

    Raises
    ------
    MissingClient, FetchFailed, SourceMismatch
        On the first file that cannot be had; those before it have been yielded.
    """
    missing = []
    for source in sources:
        kept = _kept(source, keep)
        if kept is None:
            missing.append(source)
        else:
            yield source, kept
    missing.sort(key=lambda source: (source.package.client != "pip", str(source.package)))
    for _, group in groupby(missing, key=lambda source: source.package):
        for source, data in _unpack(list(group)):
            if keep is not None:
                write_atomically(keep / source.file_name, data)
            yield source, data


def verified(data: bytes, source: Source) -> bytes:
    """Let the pinned bytes through.

    Returns
    -------
    The same bytes.

    Raises
    ------
    SourceMismatch
        They are not the pinned ones.
    """
    digest = hashlib.sha256(data).hexdigest()
    if digest != source.sha256:
        raise SourceMismatch(
            f"{source.path} of {source.package} has SHA-256 {digest}, expected {source.sha256}"
        )
    return data


def member(archive: Path, path: str) -> bytes:
    """Read one file of a wheel or of an npm package without unpacking the rest.

    Raises
    ------
    SourceMismatch
        The archive is damaged or does not hold the file.
    """
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(path)
        with tarfile.open(archive) as package:
            inside = package.extractfile(path)
            if inside is None:
                raise KeyError(path)
            with inside:
                return inside.read()
    except (KeyError, OSError, EOFError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise SourceMismatch(f"{archive.name} does not hold {path}: {error}") from error


def _kept(source: Source, keep: Path | None) -> bytes | None:
    if keep is None or not (keep / source.file_name).is_file():
        return None
    try:
        return verified((keep / source.file_name).read_bytes(), source)
    except SourceMismatch:
        return None  # cut short or of another version: get it again


def _unpack(sources: Sequence[Source]) -> list[tuple[Source, bytes]]:
    with tempfile.TemporaryDirectory(prefix="flowpose-") as folder:
        archive = download(sources[0].package, Path(folder))
        return [(source, verified(member(archive, source.path), source)) for source in sources]
