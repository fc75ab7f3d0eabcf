"""The health check, against a real HTTP server."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.deploy.tools import ROOT


@pytest.mark.parametrize(("status", "expected"), [(200, 0), (503, 1), (404, 1)])
def test_healthy_is_what_answers_that_it_is_ready(status: int, expected: int) -> None:
    with _service(status) as port:
        done = _check(port)
    assert (done.returncode, done.stdout) == (expected, "in words\n")


def test_nothing_there_is_not_healthy() -> None:
    with _service(200) as port:
        pass
    done = _check(port)
    assert done.returncode == 1
    assert "/readyz: " in done.stdout
    assert done.stderr == ""


def _check(port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "deploy/images/healthcheck.py"],
        env={**os.environ, "FLOWPOSE_PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def _service(status: int) -> Iterator[int]:
    """A port on which `/readyz` has a status."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 500)
            self.end_headers()
            self.wfile.write(b"in words")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
