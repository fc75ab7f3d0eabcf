"""A client that goes away ends the work, frees its place and leaves no file."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import httpx

from tests.running import RunningServer, eventually

MP4 = {"Content-Type": "video/mp4"}
SLOW = {
    "flow": "deepflow",
    "lookahead": "0",
    "format": "ndjson",
}  # minutes of work, so that its end is no accident
WORKERS = ("flowpose-answer", "read-ahead", "flow_", "pool_")


def workers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(WORKERS)]


def at_rest(server: RunningServer) -> bool:
    return server.uploads() == [] and workers() == []


def test_a_client_that_leaves_halfway_through_the_answer(
    server: RunningServer, long: Path, small: Path
) -> None:
    with httpx.stream(
        "POST", f"{server.url}/v1/poses", content=long.read_bytes(), headers=MP4, params=SLOW, timeout=60
    ) as response:
        lines = response.iter_lines()
        for _ in range(3):
            next(lines)
        assert server.uploads() != []
        assert workers() != []
    assert eventually(lambda: at_rest(server))
    again = server.client.post("/v1/poses", content=small.read_bytes(), headers=MP4, params={"window": 0})
    assert again.status_code == 200  # the only place is free again


def test_a_client_that_leaves_before_the_first_answer(server: RunningServer, long: Path) -> None:
    body = long.read_bytes()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head(len(body)) + body)
        assert eventually(lambda: workers() != [])
    assert eventually(lambda: at_rest(server))


def test_a_client_that_leaves_halfway_through_the_upload(server: RunningServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head(3_000_000) + bytes(1_500_000))
        assert eventually(lambda: any(file.stat().st_size > 0 for file in server.uploads()))
    assert eventually(lambda: at_rest(server))


def test_others_are_answered_while_a_client_does_not_read(server: RunningServer, long: Path) -> None:
    body = long.read_bytes()
    request = head(len(body), "crop=full&window=0&pooling=none&format=ndjson") + body
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(request)
        assert eventually(lambda: workers() != [])
        live = server.client.get("/livez")
        assert live.json() == {"status": "alive"}
    assert eventually(lambda: at_rest(server))


def test_one_video_too_many_is_asked_to_come_again(server: RunningServer, long: Path, small: Path) -> None:
    with httpx.stream(
        "POST", f"{server.url}/v1/poses", content=long.read_bytes(), headers=MP4, params=SLOW, timeout=60
    ) as response:
        lines = response.iter_lines()  # dropping it would end the answer
        next(lines)
        refused = server.client.post("/v1/poses", content=small.read_bytes(), headers=MP4)
        assert refused.status_code == 503
        assert refused.json()["type"] == "/problems/busy"
        assert int(refused.headers["retry-after"]) > 0
    assert eventually(lambda: at_rest(server))


def head(length: int, query: str = "flow=deepflow") -> bytes:
    lines = (
        f"POST /v1/poses?{query} HTTP/1.1",
        "Host: localhost",
        "Content-Type: video/mp4",
        f"Content-Length: {length}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
