"""Pooling by PoseWarper on the whole path, with warpers whose answer is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from service.engine import Engine
from service.networks.catalogue import WarperMissing
from service.options import FlowMethod, Options, Pooling, Refine, Stage
from tests.service.test_upper_body import frames, run, truth
from tests.warped_person import MODEL, NEAR, furnish
from tests.warpers import By

WARPED = Options(model=MODEL, pooling=Pooling.POSEWARPER)


@pytest.fixture(scope="module")
def engine(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(furnish(tmp_path_factory.mktemp("models"), models_dir), threads=1) as engine:
        yield engine


def test_maps_warped_to_this_frame_give_this_frames_joints(engine: Engine) -> None:
    answers = run(engine, WARPED, frames(9))
    alone = run(engine, Options(model=MODEL, pooling=Pooling.NONE, flow=FlowMethod.NONE), frames(9))
    assert [answer.pooled for answer in answers] == [4, 5, 6, 7, 7, 7, 6, 5, 4]
    for warped, single in zip(answers, alone, strict=True):
        np.testing.assert_allclose(warped.people[0].joints, single.people[0].joints, atol=0.5)
        np.testing.assert_allclose(warped.people[0].scores, single.people[0].scores, atol=1e-3)


def test_a_shown_heatmap_and_the_body_graph_go_on_top(engine: Engine) -> None:
    options = Options(
        model=MODEL, pooling=Pooling.POSEWARPER, refine=Refine.SPATIOTEMPORAL, heatmap="head", window=2
    )
    answers = run(engine, options, frames(6))
    assert [answer.pooled for answer in answers] == [3, 4, 5, 5, 4, 3]
    for answer in answers[3:]:
        (person,) = answer.people
        assert person.heatmap is not None
        assert np.linalg.norm(person.joints[0] - truth(answer.index)[0]) < 2 * NEAR


def test_live_answers_wait_for_three_frames_and_no_longer(engine: Engine) -> None:
    with engine.stream(WARPED, live=True) as stream:
        ready = [answer for frame in frames(6) for answer in stream.push(frame)] + stream.settle()
        assert [each.index for each in ready if each.stage is Stage.FINAL] == [0, 1, 2]
        assert [each.index for each in ready if each.stage is Stage.PROVISIONAL] == list(range(6))


def test_a_warper_that_moves_nothing_pools_neighbours_where_they_are(
    models_dir: Path, tmp_path: Path
) -> None:
    with Engine(furnish(tmp_path / "models", models_dir, By.IDENTITY), threads=1) as engine:
        still = run(engine, WARPED, frames(4))
        summed = run(
            engine, Options(model=MODEL, pooling=Pooling.SUM, flow=FlowMethod.NONE, window=3), frames(4)
        )
    for one, other in zip(still, summed, strict=True):
        np.testing.assert_allclose(one.people[0].joints, other.people[0].joints, atol=0.5)


def test_a_model_without_a_warper_refuses_before_any_work(models_dir: Path, tmp_path: Path) -> None:
    with Engine(furnish(tmp_path / "models", models_dir, by=None)) as engine:
        for ask in (engine.describe, engine.stream):
            with pytest.raises(WarperMissing, match="posewarper-spatial-net is not on this machine"):
                ask(WARPED)
