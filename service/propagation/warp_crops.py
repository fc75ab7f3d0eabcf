"""Where a network looks for labelled people in the frames between their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from service.networks.region import Region
from service.networks.skeleton import Skeleton
from service.people.box import box_round
from service.people.crop import Crop
from service.people.crop_rule import CROP_RULES
from service.people.follow import lead_on
from service.people.sighting import Sighting
from service.people.whole_body import MARGIN
from service.propagation.labels import Target, Track
from service.propagation.trail import Trail

TRUNK = {f"{side}_{part}" for side in ("left", "right") for part in ("shoulder", "hip")}
"""Joints that tell which way up a body is."""


def crop_round(target: Target, region: Region) -> Crop | None:
    """The crop of somebody whose joints are known, by the network's own rule; None if none is known.

    Parameters
    ----------
    target
        With the names of its points. Where a shoulder or hip is not known, a crop of the whole body is an
        upright one round the points.
    region
        What the network wants to see.
    """
    if target.box is None:
        return None
    names = tuple(name for name, known in zip(target.names, target.known.tolist(), strict=True) if known)
    points = target.points[target.known]
    if region is Region.WHOLE_BODY and not set(names) >= TRUNK:
        crop = Crop.of_box(*box_round(points))
        return replace(crop, half_side=MARGIN * max(crop.half_side, 1.0))
    seen = Sighting(Skeleton("labels", names, (), ()), points, np.ones(len(points), np.float32))
    return CROP_RULES[region].next(seen)


def crops_of(targets: tuple[Target, ...], region: Region) -> dict[Track, Crop]:
    """The crop of each labelled object of a frame that has one."""
    crops = ((target.track, crop_round(target, region)) for target in targets)
    return {track: crop for track, crop in crops if crop is not None}


def crops_between(
    frame: int,
    before: Trail | None,
    after: tuple[int, tuple[Target, ...]] | None,
    last: Mapping[Track, Crop],
    region: Region,
) -> dict[Track, Crop]:
    """Where to look in a frame without labels.

    Parameters
    ----------
    frame
        Which.
    before
        The labels before, as carried to the last frame; None if there are none.
    after
        The next labelled frame and what is on it; None if it says nothing about this one.
    last
        Where the network looked in the last frame.
    region
        What it wants to see.

    Returns
    -------
    Of an object with labels on both sides, a crop on the way from one's to the other's: the labels are sure,
    what is carried may be lost. With one label before, the carried joints lead on. With one after, its own.

    Notes
    -----
    A scene cut between two labels is not foreseen: crops before it go towards a label beyond it, and the more
    so the nearer the cut is to that. Labels of one track on both sides of a cut are rare.
    """
    label, targets = after if after is not None else (frame, ())
    nexts = crops_of(targets, region)
    crops = dict(nexts)
    for track, strand in before.strands().items() if before else ():
        own = crop_round(strand.target, region)
        if own is None:
            continue
        if track in nexts:
            crops[track] = lead_on(own, nexts[track], (frame - strand.label) / (label - strand.label))
        else:
            wanted = crop_round(replace(strand.target, points=strand.points), region)
            crops[track] = lead_on(last.get(track, own), wanted or own)
    return crops
