"""Flow between consecutive frames of one stream, both ways, where the people are."""

from __future__ import annotations

from service.flow.estimator import FlowEstimator, Grey
from service.flow.field import FlowPair
from service.flow.view import FLOW_SIZE, FlowView, still_good, view_of
from service.media.frame import Image
from service.people.box import Box


class Motion:
    """Remembers the last picture and its view, so that each frame is shrunk once as long as the view serves.

    Parameters
    ----------
    estimator
        One method's object, used from one thread at a time.
    size
        Longer side of the flow picture, pixels.
    """

    def __init__(self, estimator: FlowEstimator, size: int = FLOW_SIZE) -> None:
        self._estimator = estimator
        self._size = size
        self._view: FlowView | None = None
        self._seen: tuple[int, Grey] | None = None

    @property
    def view(self) -> FlowView | None:
        """What part of the frame is looked at: all that is remembered beside the last picture."""
        return self._view

    def resume(self, view: FlowView | None) -> None:
        """Go on as the one that had this view; the last picture is looked at anew."""
        self._view, self._seen = view, None

    def between(self, index: int, source: Image, target: Image, boxes: list[Box]) -> FlowPair:
        """Motion from frame ``index`` to the next one and back.

        Parameters
        ----------
        index
            Running number of ``source``.
        source, target
            (H, W, 3) uint8 RGB, of one size.
        boxes
            Where people are in ``source``: x, y, width, height, frame pixels.
        """
        height, width = source.shape[:2]
        fresh = view_of(boxes, width, height, self._size)
        if self._view is None or not still_good(self._view, fresh):
            self._view = fresh
            self._seen = None
        seen = self._seen
        before = seen[1] if seen is not None and seen[0] == index else self._view.see(source)
        after = self._view.see(target)
        self._seen = index + 1, after
        return FlowPair(self._estimator(before, after), self._estimator(after, before), self._view.to_flow)
