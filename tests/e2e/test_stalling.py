"""Uploads that stand still are given up."""

from __future__ import annotations

import json
import socket
from http.client import HTTPResponse
from pathlib import Path

from tests.running import RunningServer, eventually


def test_a_client_that_sends_no_more_is_told_and_its_place_freed(
    tmp_path: Path, server: RunningServer
) -> None:
    head = (
        b"POST /v1/poses HTTP/1.1\r\nHost: [::1]\r\nContent-Type: video/mp4\r\nContent-Length: 1000\r\n\r\n"
    )
    with RunningServer(tmp_path, upload_idle_s=0.2, device="cpu") as impatient:
        with socket.create_connection(("127.0.0.1", impatient.port)) as connection:
            connection.sendall(head + bytes(10))
            answer = HTTPResponse(connection)
            answer.begin()
            assert answer.status == 408
            assert json.loads(answer.read())["type"] == "/problems/upload-stalled"
        assert eventually(lambda: impatient.uploads() == [])
