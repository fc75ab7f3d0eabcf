"""Receiving from the socket, with a limit to patience and size."""

from __future__ import annotations

import asyncio
from typing import NoReturn

from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from service.api.stream.problems import MessageTooLarge, StreamIdle


async def receive(websocket: WebSocket, idle_s: float, max_bytes: int) -> str | bytes:
    """Wait for a whole message: text or binary.

    Raises
    ------
    StreamIdle
        None came; parts of one do not count.
    MessageTooLarge
    starlette.websockets.WebSocketDisconnect
        The client left.
    """
    try:
        async with asyncio.timeout(idle_s):
            event = await websocket.receive()
    except TimeoutError:
        raise StreamIdle(f"No message came for {idle_s:g} s.") from None
    _raise_if_gone(event)
    message: str | bytes = event["text"] if event.get("bytes") is None else event["bytes"]
    if len(message) > max_bytes:
        raise MessageTooLarge(f"The message has {len(message)} bytes; {max_bytes} are allowed.")
    return message


async def wait_until_gone(websocket: WebSocket) -> NoReturn:
    """Pass over whatever comes, until the client leaves.

    Raises
    ------
    starlette.websockets.WebSocketDisconnect
        It has.
    """
    while True:
        _raise_if_gone(await websocket.receive())


def _raise_if_gone(event: Message) -> None:
    if event["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(event["code"], event.get("reason"))
