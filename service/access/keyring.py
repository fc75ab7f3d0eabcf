"""The keys in use, as the file has them at this moment."""

from __future__ import annotations

import hmac
import logging
from pathlib import Path
from typing import TypeAlias

from service.access.key import Key, digest_of
from service.access.key_file import read_keys
from service.access.problems import KeysUnusable

Mark: TypeAlias = tuple[int, int, int]

logger = logging.getLogger(__name__)


class Keyring:
    """Reads the file of keys again when it has changed; a broken one leaves those in use that were good.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    KeysUnusable
        It cannot be used now, at the start.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = _mark_of(path)  # before it is read: what changes meanwhile is seen the next time
        self._keys = read_keys(path)

    def __len__(self) -> int:
        self._refresh()
        return len(self._keys)

    def find(self, secret: str) -> Key | None:
        """Give the key that a client shows, None if it is none.

        Notes
        -----
        It is compared with all keys, each in a time that does not depend on where they differ.
        """
        self._refresh()
        digest = digest_of(secret)
        equal = [key for key in self._keys if hmac.compare_digest(key.sha256, digest)]
        return equal[0] if equal else None

    def holds(self, name: str) -> bool:
        """Whether a key of this name is in use: there, and not expired."""
        self._refresh()
        return any(key.name == name and not key.expired() for key in self._keys)

    def _refresh(self) -> None:
        mark = _mark_of(self._path)
        if mark == self._mark:
            return
        self._mark = mark
        try:
            self._keys = read_keys(self._path)
        except KeysUnusable as problem:
            logger.error(
                "the file of keys changed and cannot be used; those of before stay in use: %s", problem.detail
            )
        else:
            logger.warning("the file of keys changed: %d keys are in use", len(self._keys))


def _mark_of(path: Path) -> Mark | None:
    """What changes with the file; None when it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
