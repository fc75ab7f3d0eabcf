"""The file of keys: JSON Lines, one key a line."""

from __future__ import annotations

import os
import stat
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from service.access.key import Key
from service.access.problems import KeysUnusable

OWNER_ONLY = 0o600


def read_keys(path: Path) -> tuple[Key, ...]:
    """Read all keys, in the file's order.

    Raises
    ------
    KeysUnusable
        There is no such file, or it is not one of keys: names the line, never what is in it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KeysUnusable(f"{path}: {_why(error)}.") from error
    lines = enumerate(text.splitlines(), start=1)
    keys = tuple(_key(path, number, line) for number, line in lines if line.strip())
    twice = [name for name, count in Counter(key.name for key in keys).items() if count > 1]
    if twice:
        raise KeysUnusable(f"{path}: more than one key is called {', '.join(twice)}.")
    return keys


def write_keys(path: Path, keys: Sequence[Key]) -> None:
    """Put the file in place whole; who reads meanwhile sees the old one or the new one.

    Notes
    -----
    A new file can be read by its owner only; that of one which is there stays as it is.

    Raises
    ------
    KeysUnusable
    """
    try:
        _replace(path, "".join(f"{key.model_dump_json(exclude_none=True)}\n" for key in keys))
    except OSError as error:
        raise KeysUnusable(f"{path}: {_why(error)}.") from error


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat() if path.exists() else None
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), OWNER_ONLY if before is None else stat.S_IMODE(before.st_mode))
            if before is not None and os.geteuid() == 0:  # else the service's user could not read it any more
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _key(path: Path, number: int, line: str) -> Key:
    try:
        return Key.model_validate_json(line)
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}" if each["loc"] else each["msg"]
            for each in error.errors(include_url=False, include_input=False, include_context=False)
        )
        raise KeysUnusable(f"{path}, line {number}: {told}.") from None


def _why(error: Exception) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else "it is no text"
