"""A live stream that outlasts its server: another one takes over, or the same when it is back."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from contextlib import aclosing
from dataclasses import replace
from time import monotonic

from service.client.answer_stream import AnswerStream
from service.client.answers import Answer, Dropped, PoseAnswer, StreamEnd
from service.client.errors import RemoteProblem, ServerGone
from service.client.live import LiveStream, Shot, each

PASSING = frozenset((502, 503, 504))  # of a server that stops, starts or is full, and of a proxy before one
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0  # between two attempts; doubled each time
TRIES = 3  # of one picture: it may be what the servers die of
LOST = "lost"

Connect = Callable[[AsyncIterable[Shot]], LiveStream]


class LastingStream(AnswerStream):
    """An asynchronous iterator over the answers of a live stream, over as many connections as it takes.

    Made by :meth:`FlowPose.lasting_stream`. Answers are those of :class:`LiveStream`: still exactly one for
    each picture and stage, with `seq` counted over all connections. Pictures that were on their way when a
    connection broke are sent again, twice at most; in a paced stream they are too old for that. Those that
    are not are `Dropped` as ``lost``.

    A new connection knows nothing of the old one: the window fills anew (`pooled` tells), and ids of people
    count from 1 again.

    Parameters
    ----------
    connect
        Opens a stream with the same options for further pictures.
    shots
        Capture times and pictures.
    patience_s
        How long the server may be away before the stream is given up.
    again
        Whether pictures are sent again.

    Attributes
    ----------
    connections
        How many there have been.
    ready
        What the server said on the last of them.
    end
        The account of the whole stream, as the client saw it; None until the end.

    Raises, while iterating
    -----------------------
    RemoteProblem, ServerGone, ValueError
        As :class:`LiveStream`; of the first two only what does not pass, or lasts longer than the patience.
    """

    def __init__(
        self,
        connect: Connect,
        shots: Iterable[Shot] | AsyncIterable[Shot],
        patience_s: float,
        again: bool,
    ) -> None:
        super().__init__()
        self._connect = connect
        self._source = _Source(shots)
        self._patience_s = patience_s
        self._owed = _Owed(again)
        self.connections = 0

    async def aclose(self) -> None:
        """As :meth:`AnswerStream.aclose`."""
        await super().aclose()
        await self._source.aclose()

    async def _run(self) -> AsyncGenerator[Answer]:
        began_s = monotonic()
        absence = _Absence(self._patience_s)
        try:
            while self.end is None:
                stream = self._connect(self._owed.shots(self._source))
                try:
                    async for answer in self._answered(stream, absence):
                        yield answer
                except (ServerGone, RemoteProblem) as error:
                    absence.check(error)
                    for lost in self._owed.give_up():
                        yield lost
                    if not self._source.over or self._owed.any:
                        await absence.wait()
                        continue
                self.end = self._owed.account(monotonic() - began_s)
        finally:
            await self._source.aclose()

    async def _answered(self, stream: LiveStream, absence: _Absence) -> AsyncGenerator[Answer]:
        """The answers of one connection."""
        async with aclosing(stream):
            try:
                async for answer in stream:
                    absence.over()
                    for told in self._owed.settle(answer, stream.ready["stages"][-1]):
                        yield told
            finally:
                if stream.ready:
                    self.connections, self.ready = self.connections + 1, stream.ready


class _Absence:
    """How long the server has been away, and how long to wait before it is tried again."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._since_s: float | None = None
        self._pause_s = FIRST_PAUSE_S

    def over(self) -> None:
        """It has answered."""
        self._since_s, self._pause_s = None, FIRST_PAUSE_S

    def check(self, error: ServerGone | RemoteProblem) -> None:
        """Raise the error if it does not pass, or has lasted too long."""
        now_s = monotonic()
        self._since_s = now_s if self._since_s is None else self._since_s
        if not _passes(error) or now_s - self._since_s > self._patience_s:
            raise error

    async def wait(self) -> None:
        """Let some time pass, more each time; not the same for all clients of a server that has gone."""
        await asyncio.sleep(self._pause_s * random.uniform(0.5, 1))
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)


class _Owed:
    """Which pictures are on their way, and what has been said of them."""

    def __init__(self, again: bool) -> None:
        self._again = again
        self._shots: dict[int, Shot] = {}  # without their last answer, by the number the user knows
        self._told: set[tuple[int, str]] = set()  # of these
        self._tries: Counter[int] = Counter()  # of these
        self._numbers: list[int] = []  # of the pictures of this connection, in the order they were sent
        self._count = 0
        self._answered = 0
        self._dropped: Counter[str] = Counter()
        self._errors = 0

    @property
    def any(self) -> bool:
        """Whether there are such pictures."""
        return bool(self._shots)

    async def shots(self, source: _Source) -> AsyncGenerator[Shot]:
        """Pictures for a new connection: those that are owed an answer, then new ones."""
        self._numbers = []
        for number, shot in list(self._shots.items()):
            self._sends(number)
            yield shot
        while (new := await source.next()) is not None:
            self._shots[self._count] = new
            self._sends(self._count)
            self._count += 1
            yield new

    def settle(self, answer: Answer, last_stage: str) -> list[Answer]:
        """The answer with the number that the user knows; none if that was given before."""
        number = self._numbers[answer.seq]
        if number not in self._shots:
            return []
        if isinstance(answer, PoseAnswer):
            known = (number, answer.stage) in self._told
            self._told.add((number, answer.stage))
            if answer.stage == last_stage:
                self._answered += 1
                self._forget(number)
            return [] if known else [replace(answer, seq=number)]
        self._forget(number)
        if isinstance(answer, Dropped):
            self._dropped[answer.reason] += 1
        else:
            self._errors += 1
        return [replace(answer, seq=number)]

    def give_up(self) -> list[Answer]:
        """The connection broke: what is to be said of pictures that will not be sent again."""
        lost = [number for number in self._shots if not self._again or self._tries[number] >= TRIES]
        for number in lost:
            self._forget(number)
            self._dropped[LOST] += 1
        return [Dropped(number, LOST) for number in lost]

    def account(self, seconds: float) -> StreamEnd:
        """What came of all pictures."""
        return StreamEnd(self._count, self._answered, dict(self._dropped), self._errors, round(seconds, 3))

    def _sends(self, number: int) -> None:
        self._numbers.append(number)
        self._tries[number] += 1

    def _forget(self, number: int) -> None:
        del self._shots[number], self._tries[number]
        self._told = {told for told in self._told if told[0] != number}


class _Source:
    """Gives pictures to one connection after another; one that was asked for in vain is not lost."""

    def __init__(self, shots: Iterable[Shot] | AsyncIterable[Shot]) -> None:
        self._shots = each(shots)
        self._asked: asyncio.Task[Shot | None] | None = None
        self.over = False

    async def next(self) -> Shot | None:
        """The next picture, None after the last one; who is cancelled leaves it to the next caller."""
        if self._asked is None:
            self._asked = asyncio.create_task(self._one())
        shot = await asyncio.shield(self._asked)
        self._asked = None
        self.over = shot is None
        return shot

    async def aclose(self) -> None:
        if self._asked is not None:
            self._asked.cancel()
            await asyncio.gather(self._asked, return_exceptions=True)
            self._asked = None
        await self._shots.aclose()

    async def _one(self) -> Shot | None:
        return await anext(self._shots, None)


def _passes(error: ServerGone | RemoteProblem) -> bool:
    """Whether it may go well at another time, or with another server."""
    return isinstance(error, ServerGone) or error.status in PASSING
