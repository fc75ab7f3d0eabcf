"""However a stream ends, nothing of it is left: no thread, no place, no file descriptor, no pose stream."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from service.pipeline import PoseStream
from tests.running import RunningServer, eventually, pulled_networks
from tests.streaming import (
    PATIENCE_S,
    StreamClient,
    address,
    bare_stream,
    encoded,
    masked,
    message,
    picture,
    start,
    stream_threads,
)

MANY = 500


@pytest.fixture(autouse=True)
def _nothing_is_left(server: RunningServer) -> Any:
    yield
    assert eventually(lambda: server.streams.open == 0 and stream_threads() == [])


def pose_streams() -> int:
    gc.collect()
    # Not isinstance: it asks each object for its class, and torch has objects that warn when asked.
    return sum(type(each) is PoseStream for each in gc.get_objects())


async def open_and_drop(server: RunningServer, n: int, turns: asyncio.Semaphore) -> None:
    """Vanish without a word, before, while or after the first picture is worked on."""
    async with turns:
        with contextlib.suppress(ConnectionClosed):  # no place was free
            async with connect(address(server), compression=None) as client:
                for _ in range(n % 2):
                    await client.send(start(flow="none"))
                    await client.recv()
                    await client.send(message(encoded(picture(n)), n))
                if n % 3 == 1 and n % 2:
                    await client.recv()
                client.transport.abort()


def test_many_sockets_that_vanish_leave_nothing(server: RunningServer) -> None:
    async def all_of_them(count: int) -> None:
        turns = asyncio.Semaphore(12)
        await asyncio.gather(*(open_and_drop(server, n, turns) for n in range(1, count + 1)))

    process = psutil.Process()
    asyncio.run(all_of_them(10))  # what is made once is made now
    assert eventually(lambda: server.streams.open == 0 and stream_threads() == [])
    threads, files, streams = process.num_threads(), process.num_fds(), pose_streams()
    asyncio.run(all_of_them(MANY))
    assert eventually(lambda: server.streams.open == 0 and stream_threads() == [])
    # The server may still be meeting the last of those who have left already.
    assert eventually(lambda: process.num_fds() <= files)
    assert eventually(lambda: process.num_threads() <= threads)
    assert eventually(lambda: pose_streams() <= streams)
    with StreamClient(server) as client:
        assert client.start()["type"] == "ready"


def test_a_client_that_closes_properly_frees_its_place(server: RunningServer) -> None:
    with StreamClient(server) as client:
        client.start()
        client.send(0)
        assert server.streams.open == 1
    assert eventually(lambda: server.streams.open == 0)


def test_a_client_that_does_not_read_is_cut_off(server: RunningServer) -> None:
    def send_for_ever(connection: socket.socket) -> OSError:
        while True:
            try:
                connection.sendall(100 * masked(b"no picture at all"))
            except OSError as error:
                return error

    with bare_stream(server, receive_buffer=4096) as connection, StreamClient(server) as other:
        assert eventually(lambda: server.streams.open == 1)
        other.start(lookahead=0, stale_s=10)
        with ThreadPoolExecutor(1) as sender:
            flood = sender.submit(send_for_ever, connection)
            for n in range(10):  # others are served meanwhile
                other.send(n)
                assert other.next()["type"] == "pose"
            assert eventually(lambda: server.streams.open == 1)
            # The kernel may hold back for long what it tells a sender whose receive window is shut.
            connection.shutdown(socket.SHUT_RDWR)
            assert isinstance(flood.result(PATIENCE_S), OSError)


def test_a_client_that_answers_no_ping_is_closed(tmp_path_factory: pytest.TempPathFactory) -> None:
    pulled_networks()
    server = RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu")
    server.ping_every(0.3)
    with server, bare_stream(server) as connection:
        assert eventually(lambda: server.streams.open == 1)
        assert eventually(lambda: server.streams.open == 0)
        while connection.recv(4096):
            pass  # up to the end of the connection


def test_a_server_that_stops_tells_its_streams(tmp_path_factory: pytest.TempPathFactory) -> None:
    pulled_networks()
    with RunningServer(tmp_path_factory.mktemp("uploads"), device="cpu") as server:
        with StreamClient(server) as begun, StreamClient(server) as silent:
            begun.start()
            begun.send(0)
            assert begun.next()["type"] == "pose"
            began_s = time.monotonic()
            server.stop()
            for client in (begun, silent):
                (told,) = client.rest()
                assert (told["problem"], client.code) == ("/problems/going-away", 1012)
            assert time.monotonic() - began_s < 5
        assert server.streams.open == 0
