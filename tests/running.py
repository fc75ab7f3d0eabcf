"""The real server on loopback, for tests that need sockets."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from service.api.stream.streams import Streams
from service.app import create_app
from service.server import Server
from service.settings import Settings

NETWORKS = ("blazepose-full", "person-detector")
PATIENCE_S = 60.0  # for things that happen soon, on a machine that is busy


def pulled_networks() -> Path:
    """The folder of networks of this machine's settings; what tests need is fetched when it is not there."""
    models_dir = Settings().models_dir
    missing = [name for name in NETWORKS if not (models_dir / f"{name}.onnx").is_file()]
    if missing:
        models_dir.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "export", "pull", *missing, "--to", str(models_dir)], check=True
        )
    return models_dir


def eventually(holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> bool:
    """Wait until something holds; false if it does not within a minute, or as long as is said."""
    deadline = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


class RunningServer:
    """The web server in a thread, with the whole application and its true engine.

    Attributes
    ----------
    url
        Where it listens.
    temp_dir
        Where it keeps uploads.
    """

    def __init__(self, temp_dir: Path, **settings: object) -> None:
        self.temp_dir = temp_dir
        chosen = Settings(temp_dir=temp_dir, port=0, **settings)  # type: ignore[arg-type]
        self._app = create_app(chosen)
        self._server = Server(self._app, chosen, log_level="warning")
        self._thread = threading.Thread(target=self._server.run)
        self._closing = ExitStack()

    @property
    def port(self) -> int:
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def client(self) -> httpx.Client:
        """A client of this server, closed with it."""
        return self._closing.enter_context(httpx.Client(base_url=self.url, timeout=PATIENCE_S))

    @property
    def streams(self) -> Streams:
        """The live streams that it serves."""
        streams: Streams = self._app.state.house.streams
        return streams

    def ping_every(self, seconds: float) -> None:
        """Ping sockets so often, and wait as long for the answer; before the server starts."""
        self._server.config.ws_ping_interval = self._server.config.ws_ping_timeout = seconds

    def stop(self) -> None:
        """Tell it to stop, as a signal does, and do not wait."""
        self._server.should_exit = True

    def uploads(self) -> list[Path]:
        """What lies in the folder for uploads."""
        return list(self.temp_dir.iterdir())

    def __enter__(self) -> Self:
        self._thread.start()
        assert eventually(lambda: self._server.started or not self._thread.is_alive())
        assert self._server.started, "the server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()
        self.stop()
        self._thread.join()
