"""Keys are in nothing that the service writes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from service.access.key import Key, digest_of, new_secret
from service.access.key_file import write_keys
from tests.running import pulled_networks
from tests.streaming import start


def test_no_key_is_in_what_the_service_writes(tmp_path: Path) -> None:
    pulled_networks()
    good, bad = new_secret(), new_secret()
    file, said = tmp_path / "keys.jsonl", tmp_path / "said"
    write_keys(file, [Key(name="lab", sha256=digest_of(good), created=datetime.now(UTC))])
    settings = {"FLOWPOSE_KEYS": str(file), "FLOWPOSE_LOG_LEVEL": "debug", "FLOWPOSE_DEVICE": "cpu"}
    command = [sys.executable, "-m", "service.cli", "serve", "--port", "0"]
    with said.open("w") as out, subprocess.Popen(command, stderr=out, env=os.environ | settings) as server:
        try:
            while " is at " not in said.read_text():
                assert server.poll() is None, said.read_text()
                time.sleep(0.1)
            url = re.search(r"http://[\d.:]+", said.read_text())[0]  # type: ignore[index]
            for secret in (good, bad):
                headers = {"Authorization": f"Bearer {secret}"}
                httpx.get(f"{url}/v1/models", headers=headers, params={"key": secret}, timeout=60)
                for way in (
                    {"additional_headers": headers},
                    {"subprotocols": [f"bearer.{secret}"]},
                    {},
                ):
                    tell_key(url, secret, way)
        finally:
            server.terminate()
    assert "/v1/models" in said.read_text()
    assert [secret for secret in (good, bad) if secret in said.read_text()] == []


def tell_key(url: str, secret: str, way: dict[str, Any]) -> None:
    """Open a stream, show the key in one way and in the message as well, and leave when something comes."""
    with connect(f"{url.replace('http', 'ws')}/v1/stream", **way) as socket, suppress(ConnectionClosed):
        socket.send(start(flow="none", key=secret))
        socket.recv(60)
