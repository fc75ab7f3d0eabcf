"""What a stream carries from frame to frame beside pictures, maps and flow: enough to go on elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from service.flow.view import FlowView
from service.people.box import Box
from service.people.people import PeopleMemory
from service.temporal.grid import HALF_WINDOW

WARM_UP = HALF_WINDOW + 1  # frames after the resumed one whose answers lack neighbours that went before


@dataclass(frozen=True, slots=True)
class StreamMemory:
    """A few numbers, taken after a frame went into a :class:`~service.pipeline.PoseStream`.

    Attributes
    ----------
    frame
        Index of that frame.
    gaps_s, changes, view, people, boxes
        What :class:`~service.temporal.ring.FlowRing`, :class:`~service.media.scene_cut.SceneCut`,
        :class:`~service.flow.motion.Motion`, :class:`~service.people.people.People` and the stream itself
        remember.

    Notes
    -----
    The rings of heatmaps and flow, tens of megabytes, are left out: an answer needs those of the 15 frames
    before it and no older ones. Whoever resumes from here has them back after so many frames, made anew from
    the same pictures in the same crops: answers from frame + WARM_UP on are the same to the last bit.
    """

    frame: int
    gaps_s: tuple[float, ...]
    changes: tuple[float, ...]
    view: FlowView | None
    people: PeopleMemory
    boxes: tuple[Box, ...]
