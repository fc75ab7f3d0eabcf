"""A PostgreSQL server of the tests' own."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

USER = "nobody"  # the server refuses to run as root
DEBIAN = Path("/usr/lib/postgresql")


def _binary(name: str) -> str | None:
    """Debian keeps them out of the way."""
    places = sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)
    return str(places[0]) if places else shutil.which(name)


def why_not() -> str | None:
    """What is missing for a server; None if nothing is."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed"
    if _binary("initdb") is None or _binary("pg_ctl") is None:
        return "initdb and pg_ctl are not installed (Debian's package postgresql)"
    return None


class Postgres:
    """Runs while it is entered; listens on a Unix socket in its folder and nowhere else."""

    def __init__(self, folder: Path) -> None:
        self._root = os.geteuid() == 0
        # A path of pytest may be too long for a socket, and is closed to other users.
        self._folder = Path("/tmp") / f"flowpose-postgres-{os.getpid()}" if self._root else folder
        self._data = self._folder / "data"

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        user = USER if self._root else pwd.getpwuid(os.geteuid()).pw_name
        return f"postgresql://{user}@/postgres?host={self._folder}"

    def __enter__(self) -> Self:
        self._folder.mkdir(exist_ok=True)
        if self._root:
            shutil.chown(self._folder, USER)
        self._run("initdb", "-D", self._data, "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c max_connections=40"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self._folder / "log.txt", "-o", options, "start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop")
        if self._root:
            shutil.rmtree(self._folder)

    def _run(self, name: str, *arguments: object) -> None:
        command = [_binary(name) or name, *map(str, arguments)]
        as_whom: dict[str, Any] = {"user": USER, "extra_groups": []} if self._root else {}
        done = subprocess.run(
            command,
            cwd=self._folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **as_whom,
        )
        assert done.returncode == 0, done.stdout.decode()
