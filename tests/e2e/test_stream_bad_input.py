"""Whatever a client does wrong on a stream is told by name, and ends the stream only if it must."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import time
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.running import RunningServer, eventually, pulled_networks
from tests.streaming import StreamClient, encoded, message, picture, start, stream_threads

MAX_BYTES = 200_000
IDLE_S = 1.0


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with narrow limits."""
    pulled_networks()
    limits = {"max_streams": 2, "max_stream_frame_bytes": MAX_BYTES, "stream_idle_s": IDLE_S}
    with RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu", **limits) as running:
        yield running


@pytest.fixture(autouse=True)
def _nothing_is_left(strict: RunningServer) -> Any:
    yield
    assert eventually(lambda: strict.streams.open == 0 and stream_threads() == [])


def huge_jpeg() -> bytes:
    """A small JPEG that claims to be 10,000 x 10,000 pixels."""
    data = encoded(picture(0))
    at = data.index(b"\xff\xc0")  # start of frame: marker, length, precision, height, width
    return data[: at + 5] + struct.pack(">HH", 10_000, 10_000) + data[at + 9 :]


def huge_png() -> bytes:
    """A small PNG that claims to be 100,000 x 100,000 pixels."""
    data = encoded(picture(0)[:64, :64], ".png")
    header = b"IHDR" + struct.pack(">II", 100_000, 100_000) + data[24:29]
    return data[:12] + header + struct.pack(">I", zlib.crc32(header)) + data[33:]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (message(b"garbage", 40_000), "not-an-image"),
        (message(huge_jpeg(), 40_000), "picture-too-large"),
        (message(huge_png(), 40_000), "picture-too-large"),
        (message(encoded(picture(0))[:3000], 40_000), "not-an-image"),
        (message(encoded(picture(0)[:200]), 40_000), "frame-size-changed"),
        (message(encoded(picture(0)), 0), "timestamp-not-increasing"),
        (message(b"", 40_000), "frame-incomplete"),
        (b"", "frame-incomplete"),
    ],
)
def test_a_bad_picture_is_told_and_the_stream_goes_on(
    strict: RunningServer, data: bytes, problem: str
) -> None:
    with StreamClient(strict) as client:
        client.start(lookahead=0, stale_s=10)
        client.send(0)
        assert client.next()["type"] == "pose"
        client.socket.send(data)
        told = client.next()
        assert (told["type"], told["seq"], told["problem"]) == ("error", 1, f"/problems/{problem}")
        assert told.keys() == {"type", "seq", "problem", "title", "status", "detail"}
        client.send(2)
        assert (answer := client.next())["type"] == "pose", answer
        (end,) = client.stop()
    assert (end["received"], end["answered"], end["errors"]) == (3, 2, 1)
    assert strict.client.get(told["problem"]).json()["status"] == told["status"]


@pytest.mark.parametrize(
    ("sent", "problem", "code"),
    [
        ([b"12345678picture"], "message-unexpected", 1008),
        (['{"type":"stop"}'], "message-unexpected", 1008),
        ([start(), start()], "message-unexpected", 1008),
        (["hello"], "message-invalid", 1003),
        ([start(), "{"], "message-invalid", 1003),
        ([start(), '{"type":"pause"}'], "message-invalid", 1003),
        ([start(people=100)], "parameters-invalid", 1008),
        ([start(colour="red")], "parameters-invalid", 1008),
        ([start(model="none-such")], "model-unknown", 1008),
        ([start(heatmap="tail")], "joint-unknown", 1008),
        ([start(), "x" * 20_000], "message-too-large", 1009),
        ([start(), bytes(2 * MAX_BYTES)], "message-too-large", 1009),
        ([bytes(MAX_BYTES + 1)], "message-too-large", 1009),
    ],
)
def test_a_message_that_ends_the_stream(
    strict: RunningServer, sent: list[str | bytes], problem: str, code: int
) -> None:
    with StreamClient(strict) as client:
        for each in sent:
            client.socket.send(each)
        *before, told = client.rest()
        assert [each["type"] for each in before] == ["ready"][: len(sent) - 1]
        assert (told["type"], told["problem"]) == ("error", f"/problems/{problem}")
        assert told.keys() == {"type", "problem", "title", "status", "detail"}
        assert (client.code, client.socket.close_reason) == (code, told["title"])


def test_a_message_far_too_large_is_not_even_received(strict: RunningServer) -> None:
    with StreamClient(strict) as client:
        client.start()
        with contextlib.suppress(ConnectionClosed):
            client.socket.send(bytes(20_000_000))
        assert client.rest() == []
        assert client.code in (1009, 1006)  # a reset for what was not read may overtake the code


def test_text_that_is_no_text(strict: RunningServer) -> None:
    with StreamClient(strict) as client:
        client.socket.send(b"\xff\xfe", text=True)
        assert client.rest() == []
        assert client.code == 1007


@pytest.mark.parametrize("begun", [True, False])
def test_a_silent_stream_is_closed(strict: RunningServer, begun: bool) -> None:
    with StreamClient(strict) as client:
        if begun:
            client.start()
        (told,) = client.rest()
        assert (told["problem"], client.code) == ("/problems/stream-idle", 1008)


def test_a_byte_now_and_then_is_no_message(strict: RunningServer) -> None:
    with StreamClient(strict) as client:
        client.start()
        raw: socket.socket = client.socket.socket
        raw.sendall(bytes([0x82, 0x80 | 100, 0, 0, 0, 0]))  # the head of a message of 100 bytes
        for _ in range(10):
            time.sleep(IDLE_S / 5)
            with contextlib.suppress(OSError):  # closed by then
                raw.sendall(b"\0")
        assert client.next()["problem"] == "/problems/stream-idle"
        assert eventually(lambda: strict.streams.open == 0)


def test_one_stream_too_many_is_told_and_may_come_again(strict: RunningServer) -> None:
    with StreamClient(strict) as first, StreamClient(strict) as second, StreamClient(strict) as third:
        first.start()
        second.start()
        told = third.start()
        assert (told["problem"], told["status"]) == ("/problems/busy", 503)
        assert third.rest() == []
        assert third.code == 1013
        first.stop()
        with StreamClient(strict) as again:
            assert again.start()["type"] == "ready"


def test_one_client_may_have_only_so_many_streams(tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu", max_streams_per_client=1) as server,
        StreamClient(server) as first,
        StreamClient(server) as second,
    ):
        first.start(flow="none")
        assert second.start(flow="none")["problem"] == "/problems/quota-used"
        assert second.rest() == []
        assert second.code == 1013
        first.stop()
        with StreamClient(server) as again:
            assert again.start(flow="none")["type"] == "ready"


def test_a_stream_ends_after_its_longest_time(tmp_path_factory: pytest.TempPathFactory) -> None:
    limits = {"stream_session_s": 1.0, "stream_idle_s": 0.6}
    with (
        RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu", **limits) as server,
        StreamClient(server) as client,
    ):
        client.start(flow="none")
        with contextlib.suppress(ConnectionClosed):
            for n in range(1000):
                client.send(n)
                time.sleep(0.1)
        *answers, told = client.rest()
        assert {each["type"] for each in answers} <= {"pose", "dropped"}
        assert (told["problem"], client.code) == ("/problems/stream-too-long", 1008)


def test_others_are_not_disturbed(strict: RunningServer) -> None:
    with StreamClient(strict) as good:
        good.start(lookahead=0, stale_s=10)
        for n in range(12):
            with StreamClient(strict) as bad:
                bad.start()
                bad.socket.send(b"nonsense that is no picture")
                bad.socket.send("neither is this")
                good.send(n)
                assert json.loads(bad.socket.recv(10))["type"] == "error"
            assert (good.next()["seq"]) == n
        (end,) = good.stop()
    assert end["answered"] == 12
