"""Messages between the service, the template and the workers: JSON, one to a datagram, never a pickle."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from typing import Any

MAX_MESSAGE = 1 << 16  # bytes


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a line that keeps messages whole and in order, and says when the other end is gone."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send(line: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send a message, and open files with it."""
    socket.send_fds(line, [json.dumps(message).encode()], descriptors)


def receive(line: socket.socket, descriptors: int = 0) -> tuple[dict[str, Any], list[int]]:
    """Take a message, of a sender that is trusted, and the open files that came with it.

    Parameters
    ----------
    line
        Waits as its time limit says.
    descriptors
        How many there can be.

    Raises
    ------
    EOFError
        The other end is gone.
    """
    data, files, _, _ = socket.recv_fds(line, MAX_MESSAGE, descriptors)
    if not data:
        raise EOFError("the other end of the line is gone")
    return json.loads(data), list(files)
