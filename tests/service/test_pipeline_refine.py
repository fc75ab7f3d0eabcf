from __future__ import annotations

import numpy as np
import pytest

from service.engine import Engine
from service.options import Options, Pooling, Refine
from tests.service.test_pipeline import RELIABLE, frames, run


@pytest.mark.parametrize("refine", [Refine.SPATIAL, Refine.SPATIOTEMPORAL])
def test_a_clear_body_stays_where_it_is(engine: Engine, refine: Refine) -> None:
    plain = run(engine, Options(window=3), frames(6))
    refined = run(engine, Options(window=3, refine=refine), frames(6))
    assert [answer.pooled for answer in refined] == [answer.pooled for answer in plain]
    for one, other in zip(plain, refined, strict=True):
        moved = np.linalg.norm(one.people[0].joints - other.people[0].joints, axis=1)
        assert (moved[RELIABLE] < 1).all()


@pytest.mark.parametrize(("refine", "answers"), [(Refine.SPATIAL, 4), (Refine.SPATIOTEMPORAL, 3)])
def test_the_single_frame_waits_for_its_neighbour_over_time_alone(
    engine: Engine, refine: Refine, answers: int
) -> None:
    options = Options(pooling=Pooling.NONE, refine=refine)
    with engine.stream(options, live=True) as stream:
        ready = [answer for frame in frames(4) for answer in stream.push(frame)] + stream.settle()
        finals = [answer.index for answer in ready if answer.stage is stream.stages[-1]]
        assert finals == list(range(answers))
        assert len(stream.finish()) == 4 - answers
