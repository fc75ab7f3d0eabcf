"""Where flow is looked at: round the labels on both sides of a frame."""

from __future__ import annotations

from service.people.box import Box, box_round
from service.propagation.labels import Labels
from service.propagation.trail import Trail

WANDERS = 0.03  # of its longer side: how far a box may move in each frame between here and its label
MOST = 1.0  # of its longer side, on each side: farther away nothing is known, and more would blur the rest


def regions(frame: int, before: Trail | None, following: int | None, labels: Labels) -> list[Box]:
    """Boxes that flow from ``frame`` to the next must cover.

    Parameters
    ----------
    frame
        Which.
    before
        The labels before, carried to this frame: their boxes are known.
    following
        The next labelled frame, if its labels will be carried back to here. They lie where they lie there, or
        near it: their boxes grow with the distance.
    labels
        Of the video.

    Returns
    -------
    x, y, width, height in frame pixels; empty if no point is known.
    """
    boxes = []
    for strand in before.strands().values() if before else ():
        if strand.target.known.any():
            boxes.append(box_round(strand.points[strand.target.known]))
    if following is not None:
        growth = min(WANDERS * (following - frame), MOST)
        boxes += [_grown(target.box, growth) for target in labels.at(following) if target.box]
    return boxes


def _grown(box: Box, share: float) -> Box:
    x, y, width, height = box
    room = share * max(width, height)
    return x - room, y - room, width + 2 * room, height + 2 * room
