"""Requests that come by other names, from other pages, or take too long."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.running import RunningServer, eventually, pulled_networks
from tests.streaming import encoded, picture

FRIEND, EVIL = "https://friend.example", "https://evil.example"
MP4 = {"Content-Type": "video/mp4"}
MOST_S = 2.0


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    pulled_networks()
    settings = {"origins": FRIEND, "hosts": "pose.example, *.lab.example", "max_request_s": MOST_S}
    with RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu", **settings) as running:
        yield running


def image(server: RunningServer, **headers: str) -> httpx.Response:
    return server.client.post("/v1/images", content=encoded(picture(0)), headers=headers)


@pytest.mark.parametrize(
    "host", ["localhost:8000", "127.0.0.1", "[::1]:80", "pose.example", "a.LAB.example:80"]
)
def test_the_service_answers_to_its_names(door: RunningServer, host: str) -> None:
    assert door.client.get("/v1/models", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/models", "/", "/livez"])
def test_a_name_that_points_here_without_being_ours_is_refused(door: RunningServer, path: str) -> None:
    refused = door.client.get(path, headers={"Host": "rebound.evil.example:8000"})
    assert (refused.status_code, refused.json()["type"]) == (421, "/problems/host-refused")
    assert "FLOWPOSE_HOSTS" in refused.json()["detail"]


def test_a_stream_by_a_name_that_is_not_ours_is_told_and_closed(door: RunningServer) -> None:
    opening = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    asked = (
        "GET /v1/stream HTTP/1.1",
        "Host: rebound.evil.example",
        *opening,
        f"Sec-WebSocket-Key: {'A' * 22}==",
    )
    head = "\r\n".join((*asked, "", ""))
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as connection:
        connection.sendall(head.encode())
        told = received(connection, b"/problems/host-refused")
    assert told.startswith(b"HTTP/1.1 101")
    assert door.streams.open == 0


def received(connection: socket.socket, what: bytes) -> bytes:
    """All that comes up to some words."""
    told = b""
    while what not in told:
        piece = connection.recv(4096)
        assert piece, told
        told += piece
    return told


def test_a_page_of_another_site_cannot_post(door: RunningServer) -> None:
    for headers in ({"Origin": EVIL}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        refused = image(door, **headers)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/origin-refused")
        assert "access-control-allow-origin" not in refused.headers
    assert image(door).status_code == 200
    assert image(door, Origin=door.url).status_code == 200
    assert image(door, **{"Origin": door.url, "Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_a_listed_page_can_post_and_read(door: RunningServer) -> None:
    asked = {
        "Origin": FRIEND,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    before = door.client.options("/v1/images", headers=asked)
    assert before.status_code == 200
    assert before.headers["access-control-allow-origin"] == FRIEND
    assert "authorization" in before.headers["access-control-allow-headers"]
    answer = image(door, **{"Origin": FRIEND, "Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, FRIEND)
    missing = door.client.post("/v1/images", headers={"Origin": FRIEND})
    assert (missing.status_code, missing.headers["access-control-allow-origin"]) == (400, FRIEND)
    refused = door.client.options("/v1/images", headers=asked | {"Origin": EVIL})
    assert "access-control-allow-origin" not in refused.headers


def test_work_that_takes_too_long_ends_with_an_error(door: RunningServer, long: Path) -> None:
    slow = {"flow": "deepflow", "lookahead": "0", "format": "ndjson"}
    answer = door.client.post("/v1/poses", content=long.read_bytes(), headers=MP4, params=slow)
    header, *_, last = answer.text.splitlines()
    assert '"type":"header"' in header
    assert '"problem":"/problems/request-too-long"' in last
    assert eventually(lambda: door.uploads() == [])


def test_an_upload_that_never_ends_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.api.access.LAST_WORDS_S", 0.5)
    with (
        RunningServer(tmp_path, device="cpu", max_request_s=0.5) as server,
        socket.create_connection(("127.0.0.1", server.port)) as connection,
    ):
        head = ("POST /v1/poses HTTP/1.1", "Host: localhost", "Content-Type: video/mp4", "Content-Length: 99")
        connection.sendall("\r\n".join((*head, "", "")).encode())
        connection.settimeout(60)
        assert received(connection, b"request-too-long").startswith(b"HTTP/1.1 504")
        assert eventually(lambda: server.uploads() == [])


def test_the_word_of_a_proxy_is_not_believed_where_it_is_not_trusted(tmp_path: Path) -> None:
    settings = {"trusted_proxies": "10.0.0.1", "requests_per_s": 0.01, "request_burst": 1}
    with RunningServer(tmp_path, device="cpu", **settings) as server:
        claimed = [{"X-Forwarded-For": f"203.0.113.{n}"} for n in (1, 2)]
        told = [server.client.get("/v1/models", headers=headers) for headers in claimed]
        assert [answer.status_code for answer in told] == [200, 429]
