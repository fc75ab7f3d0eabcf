"""A live stream: pictures go out, answers come in, at the same time over one WebSocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping
from contextlib import aclosing, suppress
from typing import Any, TypeAlias, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from service.client.answer_stream import AnswerStream
from service.client.answers import Answer, PoseAnswer, answer_of, end_of
from service.client.errors import RemoteProblem, ServerGone
from service.client.picture import to_message
from service.media.frame import Image

UNANSWERED = 2  # one that is worked on, one that waits
PROVISIONAL, FINAL = "provisional", "final"

Shot: TypeAlias = tuple[float, bytes | Image]
T = TypeVar("T")


class LiveStream(AnswerStream):
    """An asynchronous iterator over the answers of a live stream; made by :meth:`FlowPose.stream`.

    Connects when the first answer is asked for, and ends when all are there. To stop early, leave the
    ``async for`` and call :meth:`aclose`, or use it as an asynchronous context manager.

    Parameters
    ----------
    url
        Of the WebSocket.
    shots
        Capture times and pictures.
    options
        Members of the ``start`` message.
    unanswered
        Pictures that may be on their way; None to send each when its capture time has come.
    timeout_s
        The longest that an answer may be awaited.
    headers
        Sent when the socket is opened.

    Attributes
    ----------
    ready
        What the server said before the first picture: `schema`, `skeleton`, `model`, `stages`, `limits`;
        empty until then.
    end
        Its account; None until the end.

    Raises, while iterating
    -----------------------
    RemoteProblem
        The server refuses or ends the stream.
    ServerGone
        It cannot be reached, breaks off or keeps silent.
    ValueError
        A picture or its time cannot be sent.
    """

    def __init__(
        self,
        url: str,
        shots: Iterable[Shot] | AsyncIterable[Shot],
        options: Mapping[str, Any],
        unanswered: int | None,
        timeout_s: float,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._url = url
        self._shots = shots
        self._options = options
        self._unanswered = unanswered
        self._timeout_s = timeout_s
        self._headers = headers
        self._ended = asyncio.Event()
        self._failure: Exception | None = None

    async def _run(self) -> AsyncGenerator[Answer]:
        socket = await self._connect()
        try:
            await self._start(socket)
            places = _Places(self._unanswered)
            sending = asyncio.create_task(self._send(socket, places))
            try:
                async with aclosing(self._received(socket)) as answers:
                    async for answer in answers:
                        stage = answer.stage if isinstance(answer, PoseAnswer) else None
                        if stage in (None, self.ready["stages"][0]):
                            places.release()
                        if not (stage == PROVISIONAL and self._finals_only):
                            yield answer
                if self.end is None:
                    raise self._failure or _gone(socket)
            finally:
                sending.cancel()
                with suppress(asyncio.CancelledError):
                    await sending
        finally:
            await socket.close()

    async def _connect(self) -> ClientConnection:
        try:
            # Pictures are compressed already.
            return await connect(
                self._url,
                additional_headers=self._headers,
                compression=None,
                open_timeout=self._timeout_s,
            )
        except InvalidStatus as error:
            response = error.response
            raise RemoteProblem.from_response(response.status_code, bytes(response.body or b"")) from error
        except (OSError, TimeoutError, InvalidHandshake) as error:
            raise ServerGone(f"{self._url} cannot be reached: {error}.") from error

    async def _start(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):  # a server that refuses has said so before it closed
            await socket.send(json.dumps({"type": "start", **self._asked_for()}))
        try:
            async with asyncio.timeout(self._timeout_s):
                message = json.loads(await socket.recv())
        except TimeoutError:
            raise ServerGone(f"The server said nothing for {self._timeout_s:g} s.") from None
        except ConnectionClosed:
            raise _gone(socket) from None
        if message.pop("type") != "ready":
            raise RemoteProblem.from_members(message)
        self.ready = message

    @property
    def _finals_only(self) -> bool:
        return list(self._options.get("stages", ())) == [FINAL]

    def _asked_for(self) -> dict[str, Any]:
        """The options; both stages even where only finals are wanted: the first tells when to send more."""
        if self._finals_only and self._unanswered is not None:
            return {**self._options, "stages": [PROVISIONAL, FINAL]}
        return dict(self._options)

    async def _received(self, socket: ClientConnection) -> AsyncGenerator[Answer]:
        """Answers up to the end, or to that of the connection."""
        with suppress(ConnectionClosed):
            async for text in socket:
                message = json.loads(text)
                if message["type"] == "end":
                    self.end = end_of(message)
                    self._ended.set()
                    return
                yield answer_of(message)

    async def _send(self, socket: ClientConnection, places: _Places) -> None:
        """Send all pictures, then stop and wait for the end; what goes wrong here ends the stream."""
        try:
            await self._send_shots(socket, places)
            await socket.send('{"type":"stop"}')
            async with asyncio.timeout(self._timeout_s):
                await self._ended.wait()
        except ConnectionClosed:
            pass  # who receives will see it, and what came before it
        except TimeoutError:
            self._failure = ServerGone(f"No answer came for {self._timeout_s:g} s.")
            await socket.close()
        except Exception as error:  # of the pictures' source
            self._failure = error
            await socket.close()

    async def _send_shots(self, socket: ClientConnection, places: _Places) -> None:
        pace = _Pace(0.0 if "max_fps" in self._options else 1 / self.ready["limits"]["max_fps"])
        async with aclosing(each(self._shots)) as shots:
            while True:
                async with asyncio.timeout(self._timeout_s):
                    await places.take()
                shot = await anext(shots, None)
                if shot is None:
                    return
                message = await asyncio.to_thread(to_message, *shot)
                await (pace.follow(shot[0]) if self._unanswered is None else pace.space())
                await socket.send(message)


class _Places:
    """How many pictures may be on their way; None for any number."""

    def __init__(self, count: int | None) -> None:
        self._free = None if count is None else asyncio.Semaphore(count)

    async def take(self) -> None:
        if self._free is not None:
            await self._free.acquire()

    def release(self) -> None:
        if self._free is not None:
            self._free.release()


class _Pace:
    """Lets time pass before a picture is sent.

    Parameters
    ----------
    least_s
        Between two pictures: the server drops what comes faster than its limit.
    """

    def __init__(self, least_s: float) -> None:
        self._least_s = least_s
        self._next = 0.0
        self._began: float | None = None

    async def space(self) -> None:
        now = asyncio.get_running_loop().time()
        self._next = max(self._next, now)
        await asyncio.sleep(self._next - now)
        self._next += self._least_s

    async def follow(self, time_s: float) -> None:
        """Wait for a capture time, counted from the first."""
        now = asyncio.get_running_loop().time()
        self._began = now - time_s if self._began is None else self._began
        await asyncio.sleep(self._began + time_s - now)


async def each(items: Iterable[T] | AsyncIterable[T]) -> AsyncGenerator[T]:
    """Go through either kind of iterable without holding up the event loop."""
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
        return
    iterator, nothing = iter(items), object()
    while (found := await asyncio.to_thread(next, iterator, nothing)) is not nothing:
        yield found  # type: ignore[misc]  # `nothing` has been told apart


def _gone(socket: ClientConnection) -> ServerGone:
    reason = f", {socket.close_reason}" if socket.close_reason else ""
    return ServerGone(f"The server closed the stream early: code {socket.close_code}{reason}.")
