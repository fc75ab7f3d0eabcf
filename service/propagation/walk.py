"""Label propagation along chained flow, in one pass over the video."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from service.flow.field import FlowPair
from service.flow.view import FLOW_SIZE
from service.media.frame import Frame, Image
from service.people.box import Box
from service.propagation.carried import CarriedFrame
from service.propagation.flow_file import FlowFile
from service.propagation.labels import Labels, Target
from service.propagation.passage import Blend, Passage
from service.propagation.regions import regions
from service.propagation.trail import Trail

REACH = 3000  # frames that a label is carried back: two minutes of video, at most 0.6 GB of flow on disk


class Motions(Protocol):
    """Gives the motion between consecutive frames, as :class:`~service.flow.motion.Motion` does."""

    def between(self, index: int, source: Image, target: Image, boxes: list[Box]) -> FlowPair:
        """See :meth:`service.flow.motion.Motion.between`."""
        ...


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

    def check(self, labels: Labels) -> None:
        """Find nothing to refuse: flow carries points of anything."""

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
            way = _FlowWay(self._motions, self._reach, labels, flows)
            yield from Passage(way, self._blend, self._reach, labels).over(frames)


class _FlowWay:
    """Along flow; see :class:`~service.propagation.passage.Way`."""

    def __init__(self, motions: Motions, reach: int, labels: Labels, flows: FlowFile) -> None:
        self._motions = motions
        self._reach = reach
        self._labels = labels
        self._flows = flows
        self._last: Frame | None = None
        self._before: Trail | None = None

    def advance(self, frame: Frame, cut: bool) -> Trail | None:
        """Carry the label before to this frame, and keep the flow for the one after."""
        last, self._last = self._last, frame
        if cut:
            self._before = None
        elif last is not None:
            self._go_on(last, frame)
        return self._before

    def turn(self, frame: int, targets: tuple[Target, ...], waiting: Sequence[int]) -> list[Trail | None]:
        """Go back along the flow that was kept; there is none over a cut."""
        self._before = trail = Trail.start(frame, targets)
        trails: list[Trail | None] = []
        back: Trail | None = trail
        for index in reversed(waiting):
            pair = self._flows.get(index)
            back = back.backward(pair) if back and pair else None
            trails.append(back)
        return trails[::-1]

    def _go_on(self, last: Frame, frame: Frame) -> None:
        following = self._following(last.index)
        if following is None and self._before is None:
            return
        boxes = regions(last.index, self._before, following, self._labels)
        pair = self._motions.between(last.index, last.image, frame.image, boxes)
        self._before = self._before.forward(pair) if self._before else None
        if following is not None:
            self._flows.put(last.index, pair)

    def _following(self, frame: int) -> int | None:
        """The labelled frame whose labels will be carried back to this one."""
        following = self._labels.after(frame)
        return following if following is not None and following - frame <= self._reach else None
