"""What the graph gets to see of labelled clips, through the served path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.datasets.jhmdb import JOINTS, Clip
from models.evaluation.degrade import Damage
from models.evaluation.metrics import box_side
from models.pooling.watch import Moment, watch_clip
from service.engine import Engine
from service.networks.catalogue import find
from service.options import Options
from service.refine.graph import Body, body_of
from service.refine.kernel import HALF, halve
from service.refine.slices import Slicer
from service.temporal.grid import CELLS, STRIDE, input_to_cell
from service.temporal.pooling import Pooler
from service.temporal.weights import weights_for

REACH = 2  # neighbours on each side that are noted
EVERY = 5  # frames: those between look much the same


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled frame.

    Attributes
    ----------
    maps
        (5, J, 32, 32) float16: the frame's pooled maps and its neighbours' warped ones, see
        :meth:`service.refine.slices.Slicer.cut`; halved.
    labels
        (J, 2) float32, cells of the 64 x 64 grid, x then y.
    valid
        (J,) bool.
    side_cells
        Longer side of the labelled person's box, cells.
    """

    maps: NDArray[np.float16]
    labels: NDArray[np.float32]
    valid: NDArray[np.bool_]
    side_cells: float


def label_columns(body: Body) -> Sequence[int]:
    """Places of a body's joints in a label array (T, 15, 2) of JHMDB."""
    return [JOINTS.index("face" if name == "head" else name) for name in body.names]


def harvest(engine: Engine, options: Options, clip: Clip, damage: Damage) -> list[Example]:
    """Examples of every fifth frame that has both neighbours on each side."""
    skeleton = find(options.model).skeleton
    body = body_of(skeleton)
    pooler = Pooler(weights_for(options.pooling, skeleton), options.window, body.joints)
    slicer = Slicer(body.joints, REACH)
    examples: list[Example] = []

    def note(moment: Moment) -> None:
        if moment.frame % EVERY == REACH:
            example = observe(moment, clip, body, pooler, slicer)
            examples.extend([example] if example is not None else [])

    watch_clip(engine, options, clip, damage, note)
    return examples


def observe(moment: Moment, clip: Clip, body: Body, pooler: Pooler, slicer: Slicer) -> Example | None:
    """One labelled frame; None where neighbours are missing."""
    slices, before, after = slicer.cut(moment.ring, moment.person, moment.frame, moment.newest)
    if (before, after) != (REACH, REACH):
        return None
    pooled = pooler.pool(moment.ring, moment.person, moment.frame, moment.newest)
    slices[0] = pooled.maps[list(body.joints)]
    columns = label_columns(body)
    labels, valid = clip.joints[moment.frame, columns], clip.valid[moment.frame, columns]
    crop = moment.person.crop(moment.frame)
    if crop is None or not valid.any():
        return None
    side_px = float(box_side(labels[None], valid[None])[0])
    halved = np.empty((slices.shape[0] * slices.shape[1], HALF, HALF), np.float32)
    halve(slices.reshape(-1, CELLS * CELLS), halved)
    return Example(
        halved.reshape(*slices.shape[:2], HALF, HALF).astype(np.float16),
        input_to_cell(crop.to_input(labels)),
        valid,
        side_px * crop.scale / STRIDE,
    )
