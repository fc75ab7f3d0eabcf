"""What waits to be sent: a few messages, and little patience with a client that does not read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn

from starlette.websockets import WebSocket, WebSocketDisconnect

from service.api.stream.messages import Outgoing, PoseMessage, write
from service.api.stream.problems import ReaderBehind
from service.watch import timed, watch

ROOM = 64  # messages; a second of both stages at 30 pictures a second
PATIENCE_S = 5.0
ABNORMAL = 1006  # close code of a connection that ended without one


@dataclass(frozen=True, slots=True)
class _Letter:
    message: Outgoing
    received_s: float | None


class Outbox:
    """Sends messages in order, from a task of its own.

    The web server lets a `send` wait while the socket takes nothing, so a client that does not read fills
    first the socket, then this box, and then makes those wait who put something in; they have patience
    for some seconds.

    Parameters
    ----------
    websocket
        Accepted.
    """

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._letters: asyncio.Queue[_Letter] = asyncio.Queue(ROOM)

    async def put(self, message: Outgoing, received_s: float | None = None) -> None:
        """Have a message sent.

        Parameters
        ----------
        message
            Sent after all that were put in before.
        received_s
            When that came which it answers, by `time.monotonic`; a pose's latency counts from there.

        Raises
        ------
        ReaderBehind
            There was no room for too long.
        """
        letter = _Letter(message, received_s)
        try:
            self._letters.put_nowait(letter)
        except asyncio.QueueFull:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._letters.put(letter)
            except TimeoutError:
                raise _behind() from None

    async def empty(self) -> None:
        """Wait until all is sent.

        Raises
        ------
        ReaderBehind
            It takes too long.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._letters.join()
        except TimeoutError:
            raise _behind() from None

    async def send_all(self) -> NoReturn:
        """Send what is in the box and what comes into it, until cancelled.

        Raises
        ------
        starlette.websockets.WebSocketDisconnect
            The client is gone.
        """
        while True:
            await self._send(await self._letters.get())

    async def send_rest(self) -> None:
        """Send what is in the box; nobody may be in :meth:`send_all` any more."""
        while not self._letters.empty():
            await self._send(self._letters.get_nowait())

    async def _send(self, letter: _Letter) -> None:
        try:
            with timed("answer"):
                text = write(self._stamped(letter))
            await self._websocket.send_text(text)
        except RuntimeError:
            # The server has closed the socket by itself and does not tell by a disconnection.
            raise WebSocketDisconnect(ABNORMAL) from None
        self._letters.task_done()

    def _stamped(self, letter: _Letter) -> Outgoing:
        message = letter.message
        if isinstance(message, PoseMessage) and letter.received_s is not None:
            latency_s = monotonic() - letter.received_s
            watch().sent(message.stage, latency_s)
            return message.sent_after(latency_s)
        return message


def _behind() -> ReaderBehind:
    return ReaderBehind(f"{ROOM} answers wait, and none could be sent for {PATIENCE_S:g} s.")
