"""The whole path of a frame on a real card."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from service.engine import Engine
from service.networks.cuda_choices import CudaChoices
from service.networks.device import Device
from service.options import FlowMethod, Options, Refine
from tests.astronaut import answers

COUNT = 20
FACE = slice(0, 9)  # sharp and in view
SAME_PX = 0.5  # TF32 moves peaks by a little


@pytest.mark.gpu("network")
@pytest.mark.parametrize("graphs", [False, True])
def test_poses_on_the_card_are_those_of_the_cpu(
    models_dir: Path, astronaut: np.ndarray, graphs: bool
) -> None:
    options = Options(window=7, lookahead=7)
    with Engine(models_dir, Device.CPU) as engine:
        expected = answers(engine, options, astronaut, COUNT)
    with Engine(models_dir, Device.CUDA, cuda=CudaChoices(graphs=graphs)) as engine:
        engine.warm(options)
        assert engine.describe(options).device == "cuda:0"
        got = answers(engine, options, astronaut, COUNT)
    assert [answer.pooled for answer in got] == [answer.pooled for answer in expected]
    for mine, theirs in zip(got, expected, strict=True):
        np.testing.assert_allclose(mine.people[0].joints[FACE], theirs.people[0].joints[FACE], atol=SAME_PX)


@pytest.mark.gpu("network")
def test_refinement_gets_the_whole_maps_it_wants(models_dir: Path, astronaut: np.ndarray) -> None:
    options = Options(window=3, lookahead=3, refine=Refine.SPATIOTEMPORAL)
    with Engine(models_dir, Device.CUDA) as engine:
        assert all(answer.people for answer in answers(engine, options, astronaut, 8))


@pytest.mark.gpu("network", "flow")
@pytest.mark.parametrize("method", [FlowMethod.CUDA_FARNEBACK, FlowMethod.CUDA_BROX])
def test_network_flow_and_pooling_share_a_card(
    models_dir: Path, astronaut: np.ndarray, method: FlowMethod
) -> None:
    with Engine(models_dir, Device.CUDA) as engine:
        dis = answers(engine, Options(window=7, lookahead=7), astronaut, COUNT)
        got = answers(engine, Options(window=7, lookahead=7, flow=method), astronaut, COUNT)
    for mine, theirs in zip(got, dis, strict=True):
        np.testing.assert_allclose(
            mine.people[0].joints[FACE], theirs.people[0].joints[FACE], atol=3 * SAME_PX
        )
