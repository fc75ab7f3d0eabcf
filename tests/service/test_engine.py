from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from service.engine import Engine
from service.flow import FlowUnavailable
from service.networks.catalogue import ModelMissing, ModelUnknown
from service.networks.device import Device
from service.networks.session import sha256_of
from service.options import FlowMethod, Options


def test_a_run_is_described_by_what_truly_makes_it(engine: Engine, models_dir: Path) -> None:
    run = engine.describe(Options(window=7, lookahead=3))
    assert (run.model, run.window, run.lookahead, run.flow, run.pooling) == (
        "blazepose-full",
        7,
        3,
        "dis",
        "parametric",
    )
    assert run.sha256 == sha256_of(models_dir / "blazepose-full.onnx")
    assert run.device in {"cpu", "cuda:0"}
    assert engine.device == run.device
    assert len(run.skeleton.joints) == 33


def test_unknown_and_missing_models_are_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ModelUnknown):
        engine.stream(Options(model="nobody"))
    with Engine(tmp_path) as empty, pytest.raises(ModelMissing, match="models pull"):
        empty.describe(Options())


def test_a_still_picture_shows_its_people(engine: Engine, astronaut: np.ndarray) -> None:
    answer = engine.picture(astronaut, Options())
    (person,) = answer.people
    np.testing.assert_allclose(person.joints[0], (224, 120), atol=25)
    assert answer.pooled == 1


def test_warming_runs_everything(engine: Engine) -> None:
    engine.warm(Options())


def test_a_closed_engine_opens_its_networks_anew(models_dir: Path) -> None:
    engine = Engine(models_dir)
    assert engine.device == "none"
    engine.describe(Options())
    engine.close()
    assert engine.device == "none"
    assert engine.describe(Options()).device != "none"
    engine.close()


def test_the_catalogue_tells_what_is_here(engine: Engine) -> None:
    here = {info.name: info.present for info in engine.models()}
    assert here["blazepose-full"]
    assert {"dis", "farneback", "deepflow", "tvl1", "none"} <= set(engine.flow_methods)


def test_flow_that_cannot_run_here_is_refused_before_anything_is_run(models_dir: Path) -> None:
    with Engine(models_dir, Device.CPU) as engine:
        assert "cuda-brox" not in engine.flow_methods
        with pytest.raises(FlowUnavailable, match="cuda-brox: FLOWPOSE_DEVICE=cpu"):
            engine.describe(Options(flow=FlowMethod.CUDA_BROX))
