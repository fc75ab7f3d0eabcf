"""A browser opens a WebSocket for whatever page asks; the service looks which page it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running import RunningServer, eventually, pulled_networks
from tests.streaming import StreamClient

FRIEND = "https://friend.example"


@pytest.fixture(scope="module")
def friendly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose operator lists one other page, and that has room for one stream."""
    pulled_networks()
    settings = {"origins": FRIEND, "max_streams": 1}
    with RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu", **settings) as running:
        yield running


@pytest.mark.parametrize("whose", ["program", "own", "friend"])
def test_a_program_the_own_page_and_a_listed_page_are_served(friendly: RunningServer, whose: str) -> None:
    origin = {"program": None, "own": friendly.url, "friend": FRIEND}[whose]
    with StreamClient(friendly, origin) as client:
        assert client.start(lookahead=0, stale_s=10)["type"] == "ready"
        client.send(0)
        assert client.next()["type"] == "pose"
        client.stop()
    assert eventually(lambda: friendly.streams.open == 0)


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1", "null", "nonsense"])
def test_another_page_is_told_why_not_and_takes_nobodys_place(friendly: RunningServer, origin: str) -> None:
    with StreamClient(friendly) as client:
        client.start()  # the only place
        with StreamClient(friendly, origin) as other:
            (told,) = other.rest()
            assert (told["type"], told["problem"]) == ("error", "/problems/origin-refused")
            assert (told["status"], repr(origin) in told["detail"]) == (403, True)
            assert (other.code, other.socket.close_reason) == (1008, told["title"])
        client.stop()
    assert friendly.client.get("/problems/origin-refused").json()["status"] == 403
