"""Finding the server's processes, and a folder that can be filled, from outside."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

SMALL = "24m"  # of a tmpfs
PIECE = bytes(1 << 16)


def server_on(port: int) -> psutil.Process:
    """The process that listens on a port of loopback."""
    (pid,) = {
        each.pid
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid is not None
    }
    return psutil.Process(pid)


def workers(server: psutil.Process) -> list[psutil.Process]:
    """Its decoders, the one that waits for a file included: children of the template, a child of it."""
    return [worker for template in server.children() for worker in template.children()]


def reading(worker: psutil.Process, size: int) -> bool:
    """Whether a decoder has a file of this size open, deleted or not."""
    folder = Path(f"/proc/{worker.pid}/fd")
    try:
        return any(os.stat(each).st_size == size for each in folder.iterdir())
    except OSError:  # it has ended
        return False


@contextmanager
def small_disk(folder: Path) -> Iterator[str | None]:
    """Mount a small tmpfs there; why not, where that may not be done."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        yield f"no small disk: {error}"
        return
    if done.returncode != 0:
        yield f"no small disk: {done.stderr.strip()}"
        return
    try:
        yield None
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[Callable[[], None]]:
    """Leave no room in a folder for the block; what is given takes what others have freed meanwhile."""
    path = folder / "everything"

    def fill() -> None:
        with path.open("ab", buffering=0) as file:
            try:
                while file.write(PIECE):
                    pass
            except OSError:
                pass  # full

    try:
        fill()
        yield fill
    finally:
        path.unlink()
