"""A real teacher labels a real clip."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from models.labelling.teacher import label_video, teacher_options
from models.labelling.verdict import Demands, Verdict
from service.engine import Engine
from service.networks.blazepose33 import BLAZEPOSE33
from service.options import FlowMethod, Pooling

# Where the fixture's first frame has them; two pixels to the right in each further frame.
SHOULDERS = {"right_shoulder": (92, 108), "left_shoulder": (190, 115)}


def test_a_teacher_looks_along_flow_in_both_directions() -> None:
    options = teacher_options("blazepose-heavy")
    assert (options.window, options.lookahead) == (15, 15)
    assert options.pooling is Pooling.PARAMETRIC
    assert options.flow is not FlowMethod.NONE


def test_sure_joints_are_labelled_where_they_are(jhmdb: Path, engine: Engine) -> None:
    clip = jhmdb / "clips" / "001_wave.mp4"
    people = label_video(clip, engine, "blazepose-full", Demands(), every=2)
    assert [person.index for person in people] == [1, 3, 5]
    for person in people[:2]:
        assert person.useful
        for name, (x, y) in SHOULDERS.items():
            joint = BLAZEPOSE33.index(name)
            assert person.verdicts[joint] == Verdict.KEPT
            assert np.hypot(*(person.joints[joint] - (x + 2 * person.index, y))) < 15
        below = person.joints[:, 1] > 239
        assert below.any()
        assert (person.verdicts[below] == Verdict.OUTSIDE).all()


def test_the_last_frame_has_nothing_to_agree_with(jhmdb: Path, engine: Engine) -> None:
    clip = jhmdb / "clips" / "001_wave.mp4"
    last = label_video(clip, engine, "blazepose-full", Demands(), every=2)[-1]
    assert not last.useful
    assert not (last.verdicts == Verdict.KEPT).any()
