"""One file in parts that a carrier takes, and back; Python's own library alone."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

LIST = "parts.json"  # name and SHA-256 of each part, in order
CHUNK = 2**20  # bytes


def split(file: Path, to: Path, part_bytes: int) -> list[Path]:
    """Cut a file up; the folder gets the parts and their list."""
    to.mkdir(parents=True, exist_ok=True)
    parts: list[Path] = []
    with file.open("rb") as source:
        while piece := source.read(part_bytes):
            part = to / f"{file.name}.{len(parts):03}"
            part.write_bytes(piece)
            parts.append(part)
    told = [{"name": part.name, "sha256": sha256_of(part)} for part in parts]
    (to / LIST).write_text(json.dumps(told, indent=1), encoding="utf-8")
    return [*parts, to / LIST]


def collect(come: Path, store: Path) -> list[str]:
    """Take over what has come, and tell what is still missing; parts that are damaged are missing.

    Parameters
    ----------
    come
        Folder with some of the parts, perhaps with their list.
    store
        Where they are kept from call to call.
    """
    store.mkdir(parents=True, exist_ok=True)
    if (come / LIST).is_file():
        shutil.copy(come / LIST, store)
    if not (store / LIST).is_file():
        return [LIST]
    for part in _listed(store):
        if (come / part["name"]).is_file() and not _sound(store, part):
            shutil.copy(come / part["name"], store)
    return [part["name"] for part in _listed(store) if not _sound(store, part)]


def joined(store: Path) -> io.BufferedReader:
    """All parts as one file, to be read from its beginning to its end."""
    return io.BufferedReader(_Chain([store / part["name"] for part in _listed(store)]), CHUNK)


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _listed(store: Path) -> Sequence[dict[str, Any]]:
    parts: Sequence[dict[str, Any]] = json.loads((store / LIST).read_text(encoding="utf-8"))
    return parts


def _sound(store: Path, part: dict[str, Any]) -> bool:
    path = store / part["name"]
    return path.is_file() and sha256_of(path) == str(part["sha256"])


class _Chain(io.RawIOBase):
    """Files read one after the other."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._pieces = _pieces(paths)
        self._rest = b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what comes next; 0 at the end."""
        if not self._rest:
            self._rest = next(self._pieces, b"")
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _pieces(paths: Sequence[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece
