"""A client of `WS /v1/stream` that leaves everything to the test, and pictures to send."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
from skimage import data
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.running import RunningServer

PATIENCE_S = 30.0
SIZE = 384  # pixels of a picture's sides


def picture(n: int) -> np.ndarray:
    """(384, 384, 3) uint8 RGB: the n-th view of a real person, past whom the camera moves."""
    room = 512 - SIZE
    x = abs((3 * n + room) % (2 * room) - room)
    whole: np.ndarray = data.astronaut()
    return np.ascontiguousarray(whole[:SIZE, x : x + SIZE])


def encoded(image: np.ndarray, ending: str = ".jpg") -> bytes:
    done, coded = cv2.imencode(ending, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    assert done
    return coded.tobytes()


def message(data: bytes, capture_us: int) -> bytes:
    """What a client sends for one picture."""
    return struct.pack("<Q", capture_us) + data


def start(**options: Any) -> str:
    return json.dumps({"type": "start", **options})


def stream_threads() -> list[str]:
    """Threads that belong to one stream each."""
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith(("flowpose-eye", "flow_", "pool_"))]


def address(server: RunningServer) -> str:
    return f"ws://127.0.0.1:{server.port}/v1/stream"


class StreamClient:
    """One socket.

    Parameters
    ----------
    server
        To talk to.
    origin
        Of the web page that a browser would open the socket for; a program names none.
    headers, protocols
        What else the opening says.

    Attributes
    ----------
    socket
        To send what the methods here would not.
    """

    socket: ClientConnection

    def __init__(
        self,
        server: RunningServer,
        origin: str | None = None,
        headers: Mapping[str, str] | None = None,
        protocols: Sequence[str] = (),
    ) -> None:
        named = None if origin is None else Origin(origin)
        offered = [Subprotocol(each) for each in protocols] or None
        self._connecting = connect(
            address(server),
            origin=named,
            additional_headers=headers,
            subprotocols=offered,
            compression=None,
            close_timeout=1,
        )

    def start(self, **options: Any) -> dict[str, Any]:
        """Say `start`, and give the answer to it."""
        self.socket.send(start(**options))
        return self.next()

    def send(self, n: int, data: bytes | None = None) -> None:
        """Send picture n, or `data` in its place, as taken at n / 25 s."""
        self.socket.send(message(encoded(picture(n)) if data is None else data, n * 40_000))

    def next(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.socket.recv(PATIENCE_S))
        return answer

    def rest(self) -> list[dict[str, Any]]:
        """All answers up to the end of the connection."""
        answers = []
        try:
            while True:
                answers.append(self.next())
        except ConnectionClosed:
            return answers

    def stop(self) -> list[dict[str, Any]]:
        """Say `stop`, and give all answers that come then."""
        self.socket.send('{"type":"stop"}')
        return self.rest()

    @property
    def code(self) -> int | None:
        """Why the connection is closed."""
        return self.socket.close_code

    def __enter__(self) -> Self:
        self.socket = self._connecting.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connecting.__exit__(kind, error, trace)


def masked(data: bytes, *, text: bool = False) -> bytes:
    """One short message as a client writes it, with a mask of zeros (RFC 6455, section 5.2)."""
    assert len(data) < 126
    return bytes([0x81 if text else 0x82, 0x80 | len(data), 0, 0, 0, 0]) + data


def bare_stream(server: RunningServer, receive_buffer: int | None = None) -> socket.socket:
    """A stream that has been started, on a socket that does nothing by itself."""
    connection = socket.socket()
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(PATIENCE_S)
    connection.connect(("127.0.0.1", server.port))
    head = (
        "GET /v1/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    connection.sendall(head.encode())
    assert connection.recv(4096).startswith(b"HTTP/1.1 101")
    connection.sendall(masked(start().encode(), text=True))
    return connection
