"""Several poolings side by side on the same clips: detector, network and flow run once for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from models.datasets.jhmdb import Clip
from models.evaluation.degrade import Damage
from models.evaluation.joint_map import ANSWERS
from models.evaluation.metrics import Tally
from models.evaluation.served import score
from models.pooling.watch import Moment, watch_clip
from service.engine import Engine
from service.networks.catalogue import find
from service.options import Options
from service.temporal.grid import HALF_WINDOW
from service.temporal.joints import read_pose
from service.temporal.pooling import Pooler
from service.temporal.weights import PoolingWeights


def compare(
    engine: Engine,
    options: Options,
    clip: Clip,
    damage: Damage,
    candidates: Mapping[str, PoolingWeights],
    lookaheads: Sequence[int],
) -> dict[tuple[int, str], Tally]:
    """Measure each way of pooling on one clip, as `models.evaluate` does.

    Parameters
    ----------
    options
        Of the run, with the whole window; their pooling does not count.
    candidates
        Name -> weights, of the model's skeleton.
    lookaheads
        Frames, 0..15.

    Returns
    -------
    Look-ahead and name -> what it hits.
    """
    poolers = {name: Pooler(weights, HALF_WINDOW) for name, weights in candidates.items()}
    skeleton = find(options.model).skeleton
    nobody = np.full((len(clip.joints), len(skeleton.joints), 2), np.nan, np.float32)
    found = {key: nobody.copy() for key in product(lookaheads, poolers)}

    def see(moment: Moment) -> None:
        crop = moment.person.crop(moment.frame)
        assert crop is not None, "a moment is one in which the person was seen"
        for (lookahead, name), joints_of in found.items():
            newest = min(moment.frame + lookahead, moment.newest)
            pooled = poolers[name].pool(moment.ring, moment.person, moment.frame, newest)
            joints_of[moment.frame] = read_pose(1, pooled.maps, crop).joints

    watch_clip(engine, options, clip, damage, see)
    return {key: score(each, ANSWERS[skeleton.name], clip) for key, each in found.items()}
