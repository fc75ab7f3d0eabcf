"""The benchmark on a real card: it measures there and nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from service.benchmark import Plan, sections
from service.benchmark.ceiling import product_rate
from service.benchmark.flows import flows_alone
from service.benchmark.networks import networks_alone
from service.flow.methods import FlowMethods
from service.networks.device import Device
from service.networks.session import open_session
from service.settings import Settings

SMALL = Plan(models=("blazepose-full",), batches=(1, 8), streams=2, live=2, seconds=0.1, frames=8)


@pytest.fixture
def settings(models_dir: Path) -> Settings:
    return Settings(data_dir=models_dir.parent, device=Device.CUDA)


@pytest.mark.gpu("network")
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_card_multiplies_faster_than_any_processor(dtype: type[np.generic]) -> None:
    rate = product_rate(lambda model: open_session(model, Device.CUDA, 1), "cuda:0", dtype, 0.1)
    assert 3e12 < rate < 1e16


@pytest.mark.gpu("network")
def test_networks_stay_below_the_limit_of_the_card(settings: Settings) -> None:
    rows = networks_alone(SMALL, settings).to_json()["rows"]
    assert [row["batch"] for row in rows] == [1, 8]
    assert all(0 < row["% of the limit"] < 100 for row in rows)
    assert all(row["ms"] <= 1.5 * row["ms as served"] for row in rows), "copies cost time"


@pytest.mark.gpu("network")
def test_the_whole_path_tells_where_it_ran_and_what_memory_it_took(settings: Settings) -> None:
    notes = [note for section in sections(SMALL, settings) for note in section.notes]
    assert any("Networks on cuda:0." in note and "MiB of the card's memory" in note for note in notes)


@pytest.mark.gpu("flow")
def test_the_flow_of_the_card_is_right_and_near_to_that_of_the_cpu() -> None:
    methods = FlowMethods()
    rows = {row["method"]: row for row in flows_alone(SMALL, methods).to_json()["rows"]}
    methods.close()
    assert rows["cuda-farneback"]["error px"] < 0.4
    assert rows["cuda-farneback"]["off the CPU's px"] < 0.1
    assert rows["cuda-brox"]["error px"] < 0.3
