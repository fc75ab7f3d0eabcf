"""The small grey picture on which flow is computed, and its place in the frame."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from service.flow.estimator import Grey
from service.media.frame import Image
from service.people.box import Box

FLOW_SIZE = 160  # pixels, longer side of the flow picture
MARGIN = 0.25  # of the people's longer side, on each side: room for them to move
SMALLEST = 32  # frame pixels; a region below this says nothing


@dataclass(frozen=True, slots=True)
class FlowView:
    """A rectangle of the frame, of whole frame pixels, seen at flow size.

    Attributes
    ----------
    left, top, right, bottom
        Frame pixels, right and bottom exclusive.
    width, height
        Of the flow picture, pixels.
    """

    left: int
    top: int
    right: int
    bottom: int
    width: int
    height: int

    @property
    def longer_side(self) -> int:
        """Frame pixels."""
        return max(self.right - self.left, self.bottom - self.top)

    @property
    def to_flow(self) -> NDArray[np.float64]:
        """(2, 3) float64: frame pixels -> flow pixels (the design's B_t), pixel centres at whole numbers."""
        x_scale = self.width / (self.right - self.left)
        y_scale = self.height / (self.bottom - self.top)
        return np.array(
            [
                [x_scale, 0.0, (0.5 - self.left) * x_scale - 0.5],
                [0.0, y_scale, (0.5 - self.top) * y_scale - 0.5],
            ]
        )

    def see(self, image: Image) -> Grey:
        """The flow picture of a frame: (height, width) uint8."""
        part = image[self.top : self.bottom, self.left : self.right]
        if part.shape[1] > 2 * self.width:
            # Mixing a few pixels of many first costs a sixth of mixing them all, for a third of a grey level.
            part = cv2.resize(part, (2 * self.width, 2 * self.height), interpolation=cv2.INTER_LINEAR)
        grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
        return np.asarray(cv2.resize(grey, (self.width, self.height), interpolation=cv2.INTER_AREA), np.uint8)


def view_of(boxes: list[Box], width: int, height: int, size: int = FLOW_SIZE) -> FlowView:
    """A view of all the boxes with room to move; of the whole frame when there are none.

    Parameters
    ----------
    boxes
        Where people are.
    width, height
        Of the frame, pixels.
    size
        Longer side of the flow picture, pixels.
    """
    if not boxes:
        return _fit(0, 0, width, height, size)
    x0, y0 = min(box[0] for box in boxes), min(box[1] for box in boxes)
    x1, y1 = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    room = max(MARGIN * max(x1 - x0, y1 - y0), SMALLEST / 2)
    left, right = _clip(x0 - room, x1 + room, width)
    top, bottom = _clip(y0 - room, y1 + room, height)
    return _fit(left, top, right, bottom, size)


def still_good(view: FlowView, fresh: FlowView) -> bool:
    """Whether a view serves as well as a fresh one; changing it costs a second look at the last frame.

    Good is: a quarter of the fresh view's margin may be missing on each side, and the fresh one is not
    smaller than 70 % of it.
    """
    slack = (fresh.right - fresh.left) * MARGIN / 4
    holds = (
        view.left <= fresh.left + slack
        and view.top <= fresh.top + slack
        and view.right >= fresh.right - slack
        and view.bottom >= fresh.bottom - slack
    )
    return holds and fresh.longer_side > 0.7 * view.longer_side


def _clip(low: float, high: float, size: int) -> tuple[int, int]:
    """Whole pixels between low and high inside [0, size), at least SMALLEST of them if there are as many."""
    first = int(max(0, min(low, size - SMALLEST)))
    last = int(min(size, max(high + 1, first + SMALLEST)))
    return first, last


def _fit(left: int, top: int, right: int, bottom: int, size: int) -> FlowView:
    """The view at flow size, never enlarged beyond the frame's own pixels."""
    wide, high = right - left, bottom - top
    scale = min(size / max(wide, high), 1.0)
    return FlowView(left, top, right, bottom, max(8, round(wide * scale)), max(8, round(high * scale)))
