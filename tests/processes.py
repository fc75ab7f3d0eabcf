"""The real server as a process of its own, for tests that end it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Any, Self

from tests.running import eventually, pulled_networks

SERVE = ("-m", "service.cli", "serve", "--port", "0")
PLAIN_UVICORN = ("-m", "uvicorn", "service.main:app", "--port", "0")
START_S = 240.0  # on a busy machine, with kernels that are not compiled yet
RUNNING = re.compile(r"Uvicorn running on http://127\.0\.0\.1:(\d+)")


class ServerProcess:
    """A server that was started by a command, and everything it said.

    Parameters
    ----------
    command
        Arguments of Python.
    settings
        ``FLOWPOSE_*``, without the prefix and in small letters.

    Attributes
    ----------
    port
        Where it listens, on loopback.
    lines
        Of its log, as far as they are JSON.
    """

    port: int

    def __init__(self, command: tuple[str, ...] = SERVE, **settings: object) -> None:
        pulled_networks()
        told = {f"FLOWPOSE_{name.upper()}": str(value) for name, value in settings.items()}
        environment = {**os.environ, "FLOWPOSE_LOG": "json", "FLOWPOSE_DEVICE": "cpu", **told}
        self.lines: list[dict[str, Any]] = []
        self._raw: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, *command], stderr=subprocess.PIPE, text=True, env=environment
        )
        self._reader = threading.Thread(target=self._read)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """All of its standard error."""
        return "".join(self._raw)

    def signal(self, number: int = signal.SIGTERM) -> float:
        """Tell it to stop; gives the moment."""
        self._process.send_signal(number)
        return time.monotonic()

    def gone(self, within_s: float) -> int:
        """Wait for its end; gives the exit status."""
        status = self._process.wait(within_s)
        self._reader.join()
        return status

    def __enter__(self) -> Self:
        self._reader.start()
        up = eventually(lambda: bool(RUNNING.search(self.said)) or self._process.poll() is not None, START_S)
        found = RUNNING.search(self.said)
        assert up, self.said
        assert found, self.said
        self.port = int(found[1])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._raw.append(line)
            if line.startswith("{"):
                self.lines.append(json.loads(line))
