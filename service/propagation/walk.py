"""Label propagation along chained flow, in one pass over the video."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from service.errors import Problem
from service.flow.field import FlowPair
from service.flow.view import FLOW_SIZE
from service.media.frame import Frame, Image
from service.media.scene_cut import SceneCut
from service.people.box import Box
from service.propagation.blend import Canvas, labelled
from service.propagation.carried import Carried, CarriedFrame
from service.propagation.flow_file import FlowFile
from service.propagation.labels import Labels
from service.propagation.regions import regions
from service.propagation.trail import Trail

REACH = 3000  # frames that a label is carried back: two minutes of video, at most 0.6 GB of flow on disk


class Motions(Protocol):
    """Gives the motion between consecutive frames, as :class:`~service.flow.motion.Motion` does."""

    def between(self, index: int, source: Image, target: Image, boxes: list[Box]) -> FlowPair:
        """See :meth:`service.flow.motion.Motion.between`."""
        ...


Blend: TypeAlias = Callable[[int, Trail | None, Trail | None, Canvas], tuple[Carried, ...]]
"""Makes one of what comes from both sides: :mod:`service.propagation.blend` has two."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A frame that the next label may still say something about."""

    index: int
    time_s: float
    before: Trail | None


class Walk:
    """Carries labels forward as frames come, and backward when the next labelled frame is reached.

    Each frame costs one flow field each way, whatever the distance of the labels. Between two labels only
    points are kept in memory, and flow in a :class:`FlowFile`. A frame more than ``reach`` frames before the
    next label is answered by the label before it alone. So memory and disk are bounded, however long the
    video.

    Parameters
    ----------
    motions
        The flow.
    blend
        How two labels become one answer.
    folder
        Where flow lies; the system's folder for temporary files if None.
    reach
        Frames that a label is carried back at most. Forward there is no bound: it costs nothing to keep.
    size
        Longest side of the flow pictures of ``motions``, pixels.
    """

    def __init__(
        self,
        motions: Motions,
        blend: Blend,
        folder: Path | None = None,
        reach: int = REACH,
        size: int = FLOW_SIZE,
    ) -> None:
        self._motions = motions
        self._blend = blend
        self._folder = folder
        self._reach = reach
        self._size = size

    def __call__(self, frames: Iterable[Frame], labels: Labels) -> Iterator[CarriedFrame]:
        """See :class:`~service.propagation.propagator.Propagator`.

        Raises
        ------
        WorkspaceFull
            The disk is full of flow.
        Problem
            Of ``frames``, after the last answer.
        """
        with FlowFile(self._reach, self._size, self._folder) as flows:
            yield from _Run(self._motions, self._blend, self._reach, labels, flows).over(frames)


class _Run:
    """One walk: what is known between two frames."""

    def __init__(self, motions: Motions, blend: Blend, reach: int, labels: Labels, flows: FlowFile) -> None:
        self._motions = motions
        self._blend = blend
        self._reach = reach
        self._labels = labels
        self._flows = flows
        self._cuts = SceneCut()
        self._canvas = Canvas(0, 0)
        self._last: Frame | None = None
        self._before: Trail | None = None
        self._waiting: deque[_Waiting] = deque()

    def over(self, frames: Iterable[Frame]) -> Iterator[CarriedFrame]:
        """Take all frames; what the source raises comes after what is still to be said."""
        damage = None
        try:
            for frame in frames:
                self._arrive(frame)
                yield from self._answer(frame)
        except Problem as problem:
            damage = problem
        yield from self._let_go(0)
        if damage is not None:
            raise damage

    def _arrive(self, frame: Frame) -> None:
        """Carry the label before to this frame, and keep the flow for the one after."""
        last, self._last = self._last, frame
        cut = self._cuts.cut_before(frame.image)
        if last is None:
            height, width = frame.image.shape[:2]
            self._canvas = Canvas(width, height)
        elif cut:
            self._before = None
        elif (following := self._following(last.index)) is not None or self._before is not None:
            boxes = regions(last.index, self._before, following, self._labels)
            pair = self._motions.between(last.index, last.image, frame.image, boxes)
            self._before = self._before.forward(pair) if self._before else None
            if following is not None:
                self._flows.put(last.index, pair)

    def _following(self, frame: int) -> int | None:
        """The labelled frame whose labels will be carried back to this one."""
        following = self._labels.after(frame)
        return following if following is not None and following - frame <= self._reach else None

    def _answer(self, frame: Frame) -> Iterator[CarriedFrame]:
        targets = self._labels.at(frame.index)
        if targets:
            yield from self._close(Trail.start(frame.index, targets))
            own = tuple(labelled(frame.index, target) for target in targets)
            yield CarriedFrame(frame.index, frame.time_s, labelled=True, objects=own)
            self._before = Trail.start(frame.index, targets)
            return
        self._waiting.append(_Waiting(frame.index, frame.time_s, self._before))
        yield from self._let_go(0 if self._labels.after(frame.index) is None else self._reach)

    def _close(self, after: Trail) -> Iterator[CarriedFrame]:
        """Carry a label back over the frames that wait for it, and answer them."""
        trails: deque[Trail | None] = deque()
        trail: Trail | None = after
        for waiting in reversed(self._waiting):
            pair = self._flows.get(waiting.index)  # None at a cut
            trail = trail.backward(pair) if trail and pair else None
            trails.appendleft(trail)
        while self._waiting:
            yield self._answered(self._waiting.popleft(), trails.popleft())

    def _let_go(self, keep: int) -> Iterator[CarriedFrame]:
        """Answer the oldest waiting frames by the label before alone, down to so many."""
        while len(self._waiting) > keep:
            yield self._answered(self._waiting.popleft(), None)

    def _answered(self, waiting: _Waiting, after: Trail | None) -> CarriedFrame:
        objects = self._blend(waiting.index, waiting.before, after, self._canvas)
        return CarriedFrame(waiting.index, waiting.time_s, labelled=False, objects=objects)
