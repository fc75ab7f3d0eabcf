"""A built image, its root mounted, and processes in it under the restrictions of the compose file."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# In a mount namespace of its own: the image's root read-only, its data folder outside, /tmp in memory.
IN_ROOT = """
set -e
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mount --bind "$DATA" "$ROOT/data"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
mount --bind /proc "$ROOT/proc"
mount --rbind /sys "$ROOT/sys"
mount --rbind /dev "$ROOT/dev"
mount -o remount,bind,ro "$ROOT"
exec setpriv --no-new-privs chroot --userspec="$USERSPEC" --groups= "$ROOT" /usr/bin/env -i "$@"
"""


class Image:
    """An image in buildah's store.

    Parameters
    ----------
    name
        With its tag.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    @contextmanager
    def mounted(self) -> Iterator[Mount]:
        """A container of the image, its root mounted as long as the block lasts."""
        config = json.loads(_buildah("inspect", "--type", "image", self._name))["Docker"]["config"]
        container = _buildah("from", "--pull-never", self._name).strip()
        try:
            yield Mount(Path(_buildah("mount", container).strip()), config)
        finally:
            _buildah("rm", container)


@dataclass(frozen=True, slots=True)
class Mount:
    """The root of an image, and what the image says about itself.

    Attributes
    ----------
    root
        Where it is mounted on this machine.
    config
        Docker's: `Env`, `User`, `Entrypoint`, `Cmd`, `Healthcheck`.
    """

    root: Path
    config: dict[str, Any]

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return int(subprocess.check_output(["du", "-sxb", self.root], text=True).split()[0])

    @property
    def command(self) -> list[str]:
        """What the image runs."""
        return [*self.config["Entrypoint"], *self.config["Cmd"]]

    @property
    def health_check(self) -> list[str]:
        """What tells whether it works."""
        kind, *command = self.config["Healthcheck"]["Test"]
        if kind != "CMD":
            raise ValueError(f"the health check is of the kind {kind}")
        return list(command)

    def start(self, command: Sequence[str], data_dir: Path, port: int) -> subprocess.Popen[str]:
        """Start a command in the root, as the image's user, with no rights and no way to get any.

        Parameters
        ----------
        command
            Looked up in the image's own PATH.
        data_dir
            Folder of this machine that is the data folder there; given to the image's user.
        port
            The service's, on this machine's own network.
        """
        return subprocess.Popen(**self._inside(command, data_dir, port))

    def run(self, command: Sequence[str], data_dir: Path, port: int) -> subprocess.CompletedProcess[str]:
        """Run a command as :meth:`start` does, to its end; its output and errors are together in `stdout`."""
        return subprocess.run(
            **self._inside(command, data_dir, port),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def _inside(self, command: Sequence[str], data_dir: Path, port: int) -> dict[str, Any]:
        user, group = map(int, self.config["User"].split(":"))
        os.chown(data_dir, user, group)
        variables = [*self.config["Env"], f"FLOWPOSE_PORT={port}"]
        given = {"ROOT": str(self.root), "DATA": str(data_dir), "USERSPEC": self.config["User"]}
        script = ["unshare", "--mount", "sh", "-c", IN_ROOT, "sh", *variables, *command]
        return {"args": script, "env": {**os.environ, **given}, "text": True}


def _buildah(*arguments: str) -> str:
    command = ["buildah", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"`{shlex.join(command)}` failed: {done.stderr.strip()}")
    return done.stdout
