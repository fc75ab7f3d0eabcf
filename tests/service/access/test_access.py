from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI

from service.access.access import Access
from service.access.key import Key, digest_of, new_secret
from service.access.key_file import write_keys
from service.access.problems import HostRefused, KeyMissing, KeyRefused, TooManyRequests
from service.api.access import guard
from service.settings import Settings

SECRET = new_secret()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.jsonl"
    write_keys(path, [Key(name="lab", sha256=digest_of(SECRET), created=datetime.now(UTC))])
    return path


def test_without_keys_a_client_is_an_address() -> None:
    access = Access(Settings(requests_per_s=1, request_burst=1))
    client = access.client("whatever it shows", "203.0.113.7")
    assert (client.name, client.keyed, access.keyed) == ("203.0.113.7", False, False)
    access.count(client)
    with pytest.raises(TooManyRequests):
        access.count(access.client(None, "203.0.113.7"))
    access.count(access.client(None, "203.0.113.8"))


def test_with_keys_a_client_is_a_keys_name_wherever_it_is(file: Path) -> None:
    access = Access(Settings(keys=file))
    assert {access.client(SECRET, address).name for address in ("127.0.0.1", "203.0.113.7")} == {"lab"}
    for nothing in (None, ""):
        with pytest.raises(KeyMissing, match="Authorization: Bearer"):
            access.client(nothing, "127.0.0.1")
    with pytest.raises(KeyRefused):
        access.client("lab", "127.0.0.1")


def test_names_are_looked_at_where_no_keys_are(file: Path) -> None:
    rebound = {"host": "rebound.evil.example"}
    for host in ("127.0.0.1", "0.0.0.0"):
        with pytest.raises(HostRefused):
            Access(Settings(host=host)).check_place(rebound)
    Access(Settings(keys=file)).check_place(rebound)
    Access(Settings(host="pose.example")).check_place({"host": "pose.example:8000"})


def test_names_without_a_dot_are_for_a_service_that_a_network_reaches() -> None:
    Access(Settings(host="0.0.0.0")).check_place({"host": "flowpose:8000"})
    with pytest.raises(HostRefused):
        Access(Settings()).check_place({"host": "flowpose:8000"})


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", 0), ("0.0.0.0", 1)])
def test_a_service_open_to_all_says_so_once(host: str, warned: int, caplog: pytest.LogCaptureFixture) -> None:
    guard(FastAPI(), Settings(host=host))
    loud = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(loud) == warned
    assert all("whoever reaches it may use it" in record.message for record in loud)
