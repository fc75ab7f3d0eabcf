"""A network's own answers frame by frame: what labels carried to a frame have to be better than."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.datasets.jhmdb import Clip
from models.evaluation.degrade import Damage
from models.evaluation.joint_map import ANSWERS, to_measured
from models.pooling.watch import Moment, watch_clip
from service.engine import Engine
from service.networks.catalogue import find
from service.networks.device import Device
from service.options import Options, Pooling
from service.settings import read_settings
from service.temporal.joints import read_pose
from service.temporal.pooling import Pooler
from service.temporal.weights import weights_for


def found_alone(model: str, clip: Clip) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Run the served path over a clip, each frame for itself.

    Parameters
    ----------
    model
        Name in the model catalogue.

    Returns
    -------
    (T, 13, 2) float32, frame pixels, and (T, 13) float32 scores in [0, 1]; NaN and 0 where nobody was found.

    Raises
    ------
    ModelMissing
        It is not on this machine.
    """
    skeleton = find(model).skeleton
    answers = ANSWERS[skeleton.name]
    alone = Pooler(weights_for(Pooling.NONE, skeleton), 0)
    found = np.full((len(clip.joints), len(skeleton.joints), 2), np.nan, np.float32)
    scores = np.zeros_like(found)  # each twice, so that they are averaged as coordinates are

    def see(moment: Moment) -> None:
        crop = moment.person.crop(moment.frame)
        assert crop is not None, "a moment is one in which the person was seen"
        pose = read_pose(1, alone.pool(moment.ring, moment.person, moment.frame, moment.frame).maps, crop)
        found[moment.frame], scores[moment.frame] = pose.joints, pose.scores[:, None]

    options = Options(model=model, pooling=Pooling.NONE, window=0, lookahead=0, people=1)
    with Engine(read_settings().models_dir, Device.CPU, threads=1) as engine:
        watch_clip(engine, options, clip, Damage.NONE, see)
    return to_measured(found, answers), to_measured(scores, answers)[..., 0]
