"""One pass over a video: labels meet from both sides on every frame, whatever carries them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from service.errors import Problem
from service.media.frame import Frame
from service.media.scene_cut import SceneCut
from service.propagation.blend import Canvas, labelled
from service.propagation.carried import Carried, CarriedFrame
from service.propagation.labels import Labels, Target
from service.propagation.trail import Trail

Blend: TypeAlias = Callable[[int, Trail | None, Trail | None, Canvas], tuple[Carried, ...]]
"""Makes one of what comes from both sides: :mod:`service.propagation.blend` has two."""


class Way(Protocol):
    """Carries labels from frame to frame; is told every frame of a video, in order."""

    def advance(self, frame: Frame, cut: bool) -> Trail | None:
        """Take in the next frame.

        Parameters
        ----------
        frame
            Counted from 0.
        cut
            Whether it begins another scene, to which nothing is carried.

        Returns
        -------
        The labels before, carried to it; None if there are none.
        """
        ...

    def turn(self, frame: int, targets: tuple[Target, ...], waiting: Sequence[int]) -> list[Trail | None]:
        """Go on from the labels of the newest frame, in both directions.

        Parameters
        ----------
        frame, targets
            The newest frame and its labels, which take the place of those before.
        waiting
            All frames between it and the labels before that wait for it, rising.

        Returns
        -------
        For each of ``waiting`` these labels, carried back to it; None beyond a cut.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A frame that the next label may still say something about."""

    index: int
    time_s: float
    before: Trail | None


class Passage:
    """Answers every frame: at once if it is labelled, else when the next label has come, or cannot come.

    Parameters
    ----------
    way
        What carries.
    blend
        How two labels become one answer.
    reach
        Frames that a label is carried back at most: as many wait for it.
    labels
        Of the video.
    """

    def __init__(self, way: Way, blend: Blend, reach: int, labels: Labels) -> None:
        self._way = way
        self._blend = blend
        self._reach = reach
        self._labels = labels
        self._cuts = SceneCut()
        self._canvas = Canvas(0, 0)
        self._waiting: deque[_Waiting] = deque()

    def over(self, frames: Iterable[Frame]) -> Iterator[CarriedFrame]:
        """Take all frames; what the source raises comes after what is still to be said."""
        damage = None
        try:
            for frame in frames:
                yield from self._answer(frame)
        except Problem as problem:
            damage = problem
        yield from self._let_go(0)
        if damage is not None:
            raise damage

    def _answer(self, frame: Frame) -> Iterator[CarriedFrame]:
        height, width = frame.image.shape[:2]
        self._canvas = Canvas(width, height)
        before = self._way.advance(frame, self._cuts.cut_before(frame.image))
        targets = self._labels.at(frame.index)
        if targets:
            yield from self._close(frame.index, targets)
            own = tuple(labelled(frame.index, target) for target in targets)
            yield CarriedFrame(frame.index, frame.time_s, labelled=True, objects=own)
            return
        self._waiting.append(_Waiting(frame.index, frame.time_s, before))
        yield from self._let_go(0 if self._labels.after(frame.index) is None else self._reach)

    def _close(self, frame: int, targets: tuple[Target, ...]) -> Iterator[CarriedFrame]:
        """Carry a label back over the frames that wait for it, and answer them."""
        trails = self._way.turn(frame, targets, [waiting.index for waiting in self._waiting])
        for trail in trails:
            yield self._answered(self._waiting.popleft(), trail)

    def _let_go(self, keep: int) -> Iterator[CarriedFrame]:
        """Answer the oldest waiting frames by the label before alone, down to so many."""
        while len(self._waiting) > keep:
            yield self._answered(self._waiting.popleft(), None)

    def _answered(self, waiting: _Waiting, after: Trail | None) -> CarriedFrame:
        objects = self._blend(waiting.index, waiting.before, after, self._canvas)
        return CarriedFrame(waiting.index, waiting.time_s, labelled=False, objects=objects)
