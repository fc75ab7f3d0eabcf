"""A server that is told to stop, as a process of its own: by a signal, in good order, and in time."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes import PLAIN_UVICORN, SERVE, ServerProcess
from tests.running import PATIENCE_S, eventually
from tests.streaming import StreamClient

MP4 = {"Content-Type": "video/mp4"}
SLOW = {"flow": "deepflow", "lookahead": "0", "format": "ndjson"}  # minutes of work
GRACE_S = 20
FAIR = {"format": "ndjson"}  # work for longer than the grace period, but little of it for each frame
EXIT_S = 2.0  # for the operating system to take a process apart on a busy machine


def post(server: ServerProcess, body: Any, **params: str) -> httpx.Response:
    return httpx.post(f"{server.url}/v1/poses", content=body, headers=MP4, params=params, timeout=PATIENCE_S)


def test_work_under_way_ends_and_nothing_new_begins(small: Path) -> None:
    body = small.read_bytes()
    held = threading.Event()

    def in_two_parts() -> Iterator[bytes]:
        yield body[:1000]
        held.wait(PATIENCE_S)
        yield body[1000:]

    with ServerProcess(grace_s=60) as server, ThreadPoolExecutor(1) as pool, StreamClient(server) as stream:
        stream.start()
        running = pool.submit(post, server, in_two_parts(), format="ndjson", window="0")
        assert eventually(lambda: "pose_videos_active 1.0" in httpx.get(f"{server.url}/metrics").text)
        server.signal()
        (goodbye,) = stream.rest()
        assert (goodbye["problem"], stream.code) == ("/problems/going-away", 1012)
        for refused in (httpx.get(f"{server.url}/readyz"), post(server, body)):
            assert (refused.status_code, refused.json()["type"]) == (503, "/problems/draining")
            assert int(refused.headers["retry-after"]) > 0
            assert refused.headers["connection"] == "close"
        assert httpx.get(f"{server.url}/livez").status_code == 200
        held.set()
        answer = running.result(PATIENCE_S)
        assert json.loads(answer.text.splitlines()[-1])["type"] == "end"
        assert server.gone(PATIENCE_S / 2) == -signal.SIGTERM  # long before the grace period is over


def test_work_that_does_not_end_is_cut_off_with_a_word(tmp_path: Path, long: Path, small: Path) -> None:
    grace_s = 12.0

    over = threading.Event()

    def upload_that_stands_still() -> Iterator[bytes]:
        yield small.read_bytes()[:1000]
        over.wait(PATIENCE_S)

    with ServerProcess(grace_s=grace_s, temp_dir=tmp_path) as server, ThreadPoolExecutor(1) as pool:
        stuck = pool.submit(post, server, upload_that_stands_still())
        with httpx.stream(
            "POST", f"{server.url}/v1/poses", content=long.read_bytes(), headers=MP4, params=FAIR, timeout=60
        ) as answer:
            lines = answer.iter_lines()
            assert [json.loads(next(lines))["type"] for _ in range(2)] == ["header", "frame"]
            told_s = server.signal()
            last = [json.loads(line) for line in lines][-1]
        assert (last["type"], last["title"], last["status"]) == ("error", "The server is stopping", 503)
        server.gone(grace_s + EXIT_S)
        over.set()
        assert time.monotonic() - told_s < grace_s + EXIT_S
        refused = stuck.exception(PATIENCE_S) or stuck.result()
        # Who is still sending may find the connection closed before it reads the answer.
        assert isinstance(refused, httpx.TransportError) or refused.json()["type"] == "/problems/draining"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "number"),
    [(SERVE, signal.SIGINT), (PLAIN_UVICORN, signal.SIGTERM)],
    ids=["flowpose serve, SIGINT", "uvicorn, SIGTERM"],
)
def test_an_idle_server_says_goodbye_to_its_streams_and_goes(command: tuple[str, ...], number: int) -> None:
    with (
        ServerProcess(command, grace_s=GRACE_S) as server,
        StreamClient(server) as stream,
        socket.create_connection(("127.0.0.1", server.port)),
    ):
        stream.start()
        server.signal(number)
        (goodbye,) = stream.rest()
        assert (goodbye["problem"], stream.code) == ("/problems/going-away", 1012)
        server.gone(GRACE_S + EXIT_S)
        assert "stopping" in {line["message"].partition(":")[0] for line in server.lines}


def test_the_second_signal_means_now(tmp_path: Path, long: Path) -> None:
    with (
        ServerProcess(grace_s=60, temp_dir=tmp_path) as server,
        httpx.stream(
            "POST", f"{server.url}/v1/poses", content=long.read_bytes(), headers=MP4, params=SLOW, timeout=60
        ) as answer,
    ):
        next(answer.iter_lines())
        server.signal()
        assert eventually(lambda: httpx.get(f"{server.url}/readyz").status_code == 503)
        server.signal()
        server.gone(1 + EXIT_S)
