"""The life of one stream, from `ready` to `end`: receiving, working and sending are tasks of their own."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Literal, NoReturn

from starlette.websockets import WebSocket

from service.api.stream.eye import Eye
from service.api.stream.inbox import receive, wait_until_gone
from service.api.stream.mailbox import Mailbox, Parcel
from service.api.stream.messages import Dropped, End, ErrorMessage, Limits, PoseMessage, Start
from service.api.stream.outbox import Outbox
from service.api.stream.pace import Pace
from service.api.stream.problems import MessageUnexpected, StreamTooLong
from service.api.stream.reading import read_binary, read_text
from service.api.stream.streams import Streams
from service.api.stream.together import first_of
from service.errors import Problem
from service.options import Stage
from service.watch import watch


class Session:
    """Gives every picture exactly one answer a stage, and drops pictures rather than fall behind.

    Parameters
    ----------
    websocket
        Accepted; `start` has been read.
    outbox
        Where the answers go.
    eye
        Open; belongs to the caller.
    stages
        Answers that the client wants.
    limits
        What holds for this stream.
    """

    def __init__(
        self, websocket: WebSocket, outbox: Outbox, eye: Eye, stages: tuple[Stage, ...], limits: Limits
    ) -> None:
        self._websocket = websocket
        self._outbox = outbox
        self._eye = eye
        self._stages = stages
        self._limits = limits
        self._mailbox = Mailbox()
        self._pace = Pace(limits.max_fps)
        self._end = End()
        self._received_s: dict[int, float] = {}  # of pictures that are owed an answer

    async def run(self, streams: Streams) -> End:
        """Live until the client says `stop`; all answers have been sent then.

        Raises
        ------
        Problem
            What ended the stream before.
        starlette.websockets.WebSocketDisconnect
            The client left.
        """
        began_s = monotonic()
        await first_of(
            self._work(), self._receive(), self._outbox.send_all(), self._last_call(), streams.leaving()
        )
        self._end.seconds = round(monotonic() - began_s, 3)
        return self._end

    async def _receive(self) -> NoReturn:
        while True:
            message = await receive(self._websocket, self._limits.idle_s, self._limits.max_frame_bytes)
            if isinstance(message, bytes):
                await self._take(message)
            elif isinstance(read_text(message), Start):
                raise MessageUnexpected("The stream has been started; open another one for other choices.")
            else:
                self._mailbox.close()
                await wait_until_gone(self._websocket)

    async def _take(self, message: bytes) -> None:
        """Put a picture into the mailbox, or answer at once why not."""
        now_s = monotonic()
        seq = self._end.received
        self._end.received += 1
        try:
            parcel = read_binary(seq, message, now_s)
        except Problem as problem:
            await self._refuse(seq, problem)
            return
        if not self._pace.admits(now_s):
            await self._drop(seq, "rate")
        elif pushed_out := self._mailbox.put(parcel):
            await self._drop(pushed_out.seq, "busy")

    async def _work(self) -> None:
        async for parcel in self._mailbox:
            lag_s = monotonic() - parcel.received_s
            watch().lagged(lag_s)
            if lag_s > self._limits.stale_s:
                await self._drop(parcel.seq, "stale")
            else:
                await self._answer(parcel)
        await self._post(await self._eye.finish())
        await self._outbox.empty()

    async def _answer(self, parcel: Parcel) -> None:
        seen = await self._eye.see(parcel)
        if isinstance(seen, Problem):
            await self._refuse(parcel.seq, seen)
            return
        self._end.answered += 1
        self._received_s[parcel.seq] = parcel.received_s
        await self._post(seen)
        if self._mailbox.empty:  # otherwise the next picture brings them: waiting here would keep it waiting
            await self._post(await self._eye.settle())

    async def _post(self, answers: list[PoseMessage]) -> None:
        for answer in answers:
            received_s = self._received_s[answer.seq]
            if answer.stage is Stage.FINAL:
                del self._received_s[answer.seq]
            if answer.stage in self._stages:
                await self._outbox.put(answer, received_s)

    async def _drop(self, seq: int, reason: Literal["busy", "rate", "stale"]) -> None:
        counts = self._end.dropped
        setattr(counts, reason, getattr(counts, reason) + 1)
        watch().dropped(reason)
        await self._outbox.put(Dropped(seq=seq, reason=reason))

    async def _refuse(self, seq: int, problem: Problem) -> None:
        self._end.errors += 1
        await self._outbox.put(ErrorMessage.from_problem(problem, seq))

    async def _last_call(self) -> NoReturn:
        await asyncio.sleep(self._limits.session_s)
        raise StreamTooLong(f"The stream was open for {self._limits.session_s:g} s, as long as one may be.")
