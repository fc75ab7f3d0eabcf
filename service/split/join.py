"""Segments in, the answers of a single run out, in order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace

from service.split.crew import Crew
from service.split.seam import Names, OwnNames, names_if_alike
from service.split.segment import Segment
from service.split.task import Result, Task
from service.split.timetable import Timetable
from service.stream_memory import WARM_UP, StreamMemory
from service.temporal.pose import FramePoses

AHEAD = 2  # segments that wait for a worker or for their turn, beside those that are worked on
LOOK_EVERY_S = 0.5  # whether anybody still wants the answers

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Tally:
    """What it took.

    Attributes
    ----------
    segments, mended
        How many there were, and how many of them were begun again.
    delivered, worked
        Frames answered, and frames that workers ran network and flow on.
    """

    segments: int = 0
    mended: int = 0
    delivered: int = 0
    worked: int = 0


class Join:
    """One video on a crew.

    Parameters
    ----------
    crew
        Who works.
    segments
        Of the video, in order.
    timetable
        None to find frames by counting.
    start
        The true memory of the first segment's anchor, if that is not the beginning.
    go_on
        Called while waiting and between answers; raises to stop.
    note
        Told what the joined run remembers of each anchor, once all before its segment is given.
    """

    def __init__(
        self,
        crew: Crew,
        segments: list[Segment],
        timetable: Timetable | None,
        start: StreamMemory | None = None,
        go_on: Callable[[], None] = lambda: None,
        note: Callable[[StreamMemory], None] = lambda _: None,
    ) -> None:
        self.tally = Tally()
        self._crew = crew
        self._segments = segments
        self._timetable = timetable
        self._start = start
        self._go_on = go_on
        self._note = note
        self._begun: dict[int, Future[Result]] = {}

    def __iter__(self) -> Generator[FramePoses]:
        """All answers.

        Raises
        ------
        Problem
            After all that could be answered: what is wrong with the video, or with the workers.
        """
        memory = self._start
        for segment in self._segments:
            self.tally.segments += 1
            ended, memory = yield from self._segment(segment, memory)
            if ended:
                return

    def _segment(
        self, segment: Segment, memory: StreamMemory | None
    ) -> Generator[FramePoses, None, tuple[bool, StreamMemory | None]]:
        """Give one segment's answers; whether they are the last, and what is remembered afterwards."""
        result = self._result(segment)
        names: Names | None = OwnNames()
        if memory is not None and segment is not self._segments[0]:
            names = names_if_alike(memory, result.memories[0]) if result.memories else None
            if names is None:
                result, names = yield from self._mended(segment, memory, result)
        assert names is not None, "a mended segment has names"
        if result.ended or segment.next_anchor is None:
            yield from self._given(result.answers, names)
            if result.problem is not None:
                raise result.problem
            return True, None
        return False, (yield from self._given_to_the_next(result, segment.next_anchor, names))

    def _given_to_the_next(
        self, result: Result, anchor: int, names: Names
    ) -> Generator[FramePoses, None, StreamMemory]:
        """Give all answers, and what was remembered on the way of the next segment's anchor."""
        before = sum(answer.index <= anchor for answer in result.answers)
        yield from self._given(result.answers[:before], names)
        memory = names.memory(result.memory(anchor))  # names are given in the order in which people come
        yield from self._given(result.answers[before:], names)
        self._note(memory)
        return memory

    def _mended(
        self, segment: Segment, memory: StreamMemory, wrong: Result
    ) -> Generator[FramePoses, None, tuple[Result, Names]]:
        """Do a segment again from the true memory until it meets the wrong one, and give what is new."""
        self.tally.mended += 1
        logger.info("the segment from frame %d on is begun again", segment.first)
        guesses = wrong.memories[1:]
        task = replace(self._task(segment), memory=memory, guesses=guesses)
        result = self._waited(self._crew.submit(task))
        if result.strayed is not None:
            self._count_from_now_on(result.strayed)
            result = self._waited(self._crew.submit(replace(task, stretch=None, guesses=())))
        if result.met is None:
            return result, OwnNames()
        yield from self._given(result.answers, OwnNames())
        alike = names_if_alike(result.memory(result.met), wrong.memory(result.met))
        assert alike is not None, "the worker has compared them"
        rest = tuple(answer for answer in wrong.answers if answer.index >= result.met + WARM_UP)
        return replace(wrong, answers=rest, frames=0), alike

    def _given(self, answers: Iterable[FramePoses], names: Names) -> Generator[FramePoses]:
        for answer in answers:
            self._go_on()
            self.tally.delivered += 1
            yield names.answer(answer)

    def _result(self, segment: Segment) -> Result:
        """What came of a segment; of one that was not as expected, when counted from the beginning."""
        self._begin_through(segment.number + self._crew.workers + AHEAD)
        result = self._waited(self._begun.pop(segment.number))
        if result.strayed is not None:
            self._count_from_now_on(result.strayed)
            self._begin_through(segment.number + self._crew.workers + AHEAD)
            result = self._waited(self._begun.pop(segment.number))
        return result

    def _begin_through(self, last: int) -> None:
        for segment in self._segments[self.tally.segments - 1 : last]:
            if segment.number not in self._begun:
                self._begun[segment.number] = self._crew.submit(self._task(segment))

    def _task(self, segment: Segment) -> Task:
        stretch = None if self._timetable is None else self._timetable.stretch(segment.begin, segment.stop)
        memory = self._start if segment is self._segments[0] else None
        return Task(segment, stretch, memory)

    def _count_from_now_on(self, why: str) -> None:
        """Packets were wrong about frames: no index after here can be believed that was not counted."""
        logger.warning("frames are counted from the beginning of the video: %s", why)
        self._timetable = None
        for future in self._begun.values():
            future.cancel()
        self._begun.clear()

    def _waited(self, future: Future[Result]) -> Result:
        self._go_on()
        while not wait([future], LOOK_EVERY_S).done:
            self._go_on()
        result = future.result()
        self.tally.worked += result.frames
        return result
