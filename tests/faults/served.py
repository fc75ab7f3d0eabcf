"""The server in a process of its own, to be treated badly."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from tests.running import PATIENCE_S

START_S = 5 * PATIENCE_S  # on a machine that is busy
PRELOADED = ["tests.faults.served", "service.app", "service.server", "service.api.formats"]


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serve(settings: dict[str, object], log: str) -> None:
    """What `flowpose serve` does, in a process that has its modules already."""
    from service.app import create_app
    from service.server import Server
    from service.settings import Settings

    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(file, stream.fileno())
    chosen = Settings(**settings)  # type: ignore[arg-type]
    Server(create_app(chosen), chosen).run()


class ServedProcess:
    """The server, started again and again on the same port and folders.

    Each start is a new process, forked from one that has loaded Python's modules and nothing else: that saves
    most of a start, which is Python's own.

    Parameters
    ----------
    folder
        Jobs, temporary files and the log go there.
    settings
        Those of the server beside them.
    """

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        self.log = folder / "log.txt"
        self.port = free_port()
        temp = folder / "temp"
        temp.mkdir()
        self._settings = {"jobs_dir": str(folder / "jobs"), "temp_dir": temp, "port": self.port, **settings}
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOADED)
        self._process: BaseProcess | None = None

    @property
    def client(self) -> httpx.Client:
        """A new client; close it."""
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=PATIENCE_S)

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.is_alive()

    def start(self) -> None:
        """Start the process and do not wait."""
        self._process = self._context.Process(target=serve, args=(self._settings, str(self.log)))
        self._process.start()

    def wait_until_up(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            assert self.alive, self._log()
            try:
                with self.client as client:
                    client.get("/livez").raise_for_status()
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(f"not up within {START_S} s: {self._log()}")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal and wait for the end."""
        assert self._process is not None
        assert self._process.pid is not None
        os.kill(self._process.pid, number)
        self._process.join(START_S)
        assert not self._process.is_alive()
        self._process.close()
        self._process = None

    def stop(self) -> None:
        """End it in order, if it is there."""
        if self.alive:
            self.signal(signal.SIGTERM)

    def _log(self) -> str:
        return self.log.read_text()[-3000:] if self.log.exists() else "nothing was logged"
