"""Decoders that do what a file that has taken over the true one might; each runs in a worker."""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from service.media.sandbox import wire
from service.media.sandbox.job import Job, Task

WIDTH, HEIGHT = 16, 8
OPENED = {
    "kind": "opened",
    "width": WIDTH,
    "height": HEIGHT,
    "rotation": 0,
    "frames": 30,
    "codec": "h264",
    "time_base": [1, 30],
}


def _give(line: socket.socket, count: int) -> None:
    """Open a video, as it seems, and give so many black frames."""
    wire.send(line, OPENED)
    message, (ring,) = wire.receive(line, 1)
    mmap.mmap(ring, message["slots"] * WIDTH * HEIGHT * 3)
    for index in range(count):
        wire.send(line, {"kind": "frame", "time_s": index / 30})


def _crash() -> None:
    ctypes.string_at(0)


def crash_at_once(job: Job, file: int, line: socket.socket) -> None:
    _crash()


def crash_after_three_frames(job: Job, file: int, line: socket.socket) -> None:
    _give(line, 3)
    _crash()


def be_killed_after_three_frames(job: Job, file: int, line: socket.socket) -> None:
    """As by the kernel when the machine runs out of memory; `kill` itself is forbidden here."""
    _give(line, 3)
    signal.pthread_kill(threading.get_ident(), signal.SIGKILL)


def sleep_after_three_frames(job: Job, file: int, line: socket.socket) -> None:
    _give(line, 3)
    time.sleep(3600)


def sleep_at_once(job: Job, file: int, line: socket.socket) -> None:
    time.sleep(3600)


def leave_after_three_frames(job: Job, file: int, line: socket.socket) -> None:
    _give(line, 3)
    os._exit(7)


def hang_up_and_live(job: Job, file: int, line: socket.socket) -> None:
    line.close()
    time.sleep(3600)


def eat_memory(job: Job, file: int, line: socket.socket) -> None:
    blocks = []
    while True:
        blocks.append(bytearray(16 << 20))


def spin(job: Job, file: int, line: socket.socket) -> None:
    """Take CPU time for ever; the limit is made shorter, for nobody wants to wait."""
    resource.setrlimit(resource.RLIMIT_CPU, (1, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    while True:
        pass


def fail(job: Job, file: int, line: socket.socket) -> None:
    raise ZeroDivisionError("\x1b[31mnot a colour")


def claim_a_huge_picture(job: Job, file: int, line: socket.socket) -> None:
    wire.send(line, OPENED | {"width": 1 << 20, "height": 1 << 20})


def claim_a_negative_picture(job: Job, file: int, line: socket.socket) -> None:
    wire.send(line, OPENED | {"width": -16, "height": -8})


def claim_a_codec(job: Job, file: int, line: socket.socket) -> None:
    wire.send(line, OPENED | {"codec": "<script>"})


def claim_no_time_base(job: Job, file: int, line: socket.socket) -> None:
    wire.send(line, OPENED | {"time_base": [1, 0]})


def send_no_json(job: Job, file: int, line: socket.socket) -> None:
    line.send(b"\xff{" * 100)


def send_too_much(job: Job, file: int, line: socket.socket) -> None:
    line.send(b'{"kind":"end"}' + b" " * wire.MAX_MESSAGE)


def send_deep_json(job: Job, file: int, line: socket.socket) -> None:
    line.send(b"[" * 30_000)


def send_frames_unasked(job: Job, file: int, line: socket.socket) -> None:
    wire.send(line, {"kind": "frame", "time_s": 0.0})


def invent_a_problem(job: Job, file: int, line: socket.socket) -> None:
    wire.send(line, {"kind": "problem", "name": "settings-invalid", "detail": "x"})


def send_files(job: Job, file: int, line: socket.socket) -> None:
    """Open files that come with messages would fill the service's table of them."""
    message = {"kind": "problem", "name": "no-frames", "detail": "x"}
    try:
        wire.send(line, message, [file, file, file])
    except OSError:  # the kernel bounds files under way by the limit of descriptors
        wire.send(line, message)


def give_a_time_that_is_none(job: Job, file: int, line: socket.socket) -> None:
    _give(line, 2)
    line.send(b'{"kind":"frame","time_s":NaN}')


def cut_the_ring(job: Job, file: int, line: socket.socket) -> None:
    """A ring that shrinks would crash the service when it reads."""
    wire.send(line, OPENED)
    _, (ring,) = wire.receive(line, 1)
    try:
        os.ftruncate(ring, 0)
    except OSError as error:
        wire.send(line, {"kind": "problem", "name": "no-frames", "detail": type(error).__name__})


def escape(job: Job, file: int, line: socket.socket) -> None:
    """Try everything that a worker has no business to do, and tell how it went."""
    told = {name: _outcome(act) for name, act in ACTS.items()}
    wire.send(line, {"kind": "confined", "by": [str(job.task is Task.COUNT)], "missing": told})


def _outcome(act: Callable[[], object]) -> str:
    try:
        act()
    except (OSError, RuntimeError, subprocess.SubprocessError, ValueError) as error:
        return type(error).__name__
    return "done"


ACTS: dict[str, Callable[[], object]] = {
    "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
    "make sockets": socket.socketpair,
    "read a file": lambda: Path("/etc/passwd").read_bytes(),
    "read its program": lambda: os.close(os.open(sys.executable, os.O_RDONLY)),
    "write a file": lambda: Path("/tmp/flowpose-escaped").write_bytes(b"x"),
    "list a folder": lambda: os.listdir("/"),
    "remove a file": lambda: os.unlink("/tmp/flowpose-none"),
    "run a program": lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),
    "start a process": os.fork,
    "start a thread": lambda: threading.Thread(target=lambda: None).start(),
    "kill the service": lambda: os.kill(os.getppid(), 0),
    "make memory files": lambda: os.memfd_create("x"),
    "become root": lambda: os.setuid(0),
    "have more memory": lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)),
    "have more files": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096)),
    "dump core": lambda: resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20)),
    "change the service's limits": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU),
}
