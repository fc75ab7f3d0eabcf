"""Evidence from labelled clips, through the served path."""

from __future__ import annotations

import numpy as np

from models.datasets.jhmdb import Clip
from models.evaluation.degrade import Damage
from models.evaluation.joint_map import COLUMNS
from models.evaluation.metrics import box_side
from models.pooling.evidence import Evidence, empty, together
from models.pooling.groups import label_of_joint
from models.pooling.warped import Warped, warp
from models.pooling.watch import Moment, watch_clip
from service.engine import Engine
from service.networks.catalogue import find
from service.networks.skeleton import Skeleton
from service.options import Options
from service.temporal.grid import STRIDE, Points, input_to_cell
from service.temporal.kernel import blockwise_cells

EVERY = 3  # frames: those between look much the same
CELLS_OF_BLOCKS = blockwise_cells()  # (4096, 2) cells, x then y


def collect(engine: Engine, options: Options, clip: Clip) -> Evidence:
    """Run one clip as it is and with each damage, and note every third frame's labelled joints."""
    skeleton = find(options.model).skeleton
    parts: list[Evidence] = [empty(0)]
    for damage in Damage:

        def note(moment: Moment, damage: Damage = damage) -> None:
            if moment.frame % EVERY == 0:
                parts.append(observe(moment, clip, damage, skeleton))

        watch_clip(engine, options, clip, damage, note)
    return together(parts)


def observe(moment: Moment, clip: Clip, damage: Damage, skeleton: Skeleton) -> Evidence:
    """Evidence of all joints that are labelled in one frame."""
    labels, valid = clip.joints[moment.frame, COLUMNS, :], clip.valid[moment.frame, COLUMNS]
    label_of = label_of_joint(skeleton)
    joints = tuple(joint for joint, label in label_of.items() if valid[label])
    found = empty(len(joints))
    if joints:
        crop = moment.person.crop(moment.frame)
        assert crop is not None, "a moment is one in which the person was seen"
        warped = warp(moment, joints)
        side_px = float(box_side(labels[None], valid[None])[0])
        places = _note_maps(found, warped)
        at = input_to_cell(crop.to_input(labels[[label_of[joint] for joint in joints]]))
        found.misses[:, warped.rows] = (places - at[:, None]) / (side_px * crop.scale / STRIDE)
        found.joint[:] = joints
        found.clean[:] = damage is Damage.NONE
    return found


def _note_maps(found: Evidence, warped: Warped) -> Points:
    """Fill in what the maps say; (J, M, 2) cells: where they are highest."""
    rows = warped.rows
    best = warped.maps.argmax(axis=2).T
    for n, places in enumerate(best):
        found.values[n][np.ix_(rows, rows)] = warped.maps[:, n, places].T
    found.met[:, rows] = True
    found.heights[:, rows] = warped.heights.T
    found.frame_heights[:, rows] = warped.frame_heights
    found.slips[:, rows] = warped.slips.T
    places_cell: Points = CELLS_OF_BLOCKS[best]
    return places_cell
