"""Who works on jobs: a process, and whether it still is there."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path


class Owner:
    """A name for this process that others on the same machine can see die, whatever it dies of.

    The process holds a lock on a file of that name as long as it lives; the kernel lets go of it.

    Parameters
    ----------
    folder
        On a local disk; shared by all processes that share the jobs.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._file = -1
        while not self.is_known(self.name):  # another's sweep may come before the lock
            self.close()
            self._file = os.open(folder / self.name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)

    def is_known(self, name: str) -> bool:
        """Whether an owner of that name has been here, and has not been swept away."""
        return (self._folder / name).exists()

    def gone(self, names: set[str]) -> set[str]:
        """Those of these owners that are certainly gone; one of another machine is never among them."""
        return {name for name in names if name != self.name and self._is_gone(name)}

    def sweep(self, kept: set[str]) -> None:
        """Remove the files of owners that are gone and in nobody's books."""
        names = {path.name for path in self._folder.iterdir()}
        for name in self.gone(names - kept):
            (self._folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Be gone; may be called twice."""
        if self._file >= 0:
            with suppress(FileNotFoundError):
                (self._folder / self.name).unlink()
            os.close(self._file)
            self._file = -1

    def _is_gone(self, name: str) -> bool:
        try:
            file = os.open(self._folder / name, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        else:
            return True
        finally:
            os.close(file)
