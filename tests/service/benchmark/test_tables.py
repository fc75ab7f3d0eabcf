"""The questions of the benchmark, asked small on the CPU: every table has what its columns say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from service.benchmark import Plan, Section
from service.benchmark.flows import flows_alone
from service.benchmark.motion import pictures
from service.benchmark.networks import networks_alone
from service.benchmark.paths import live_streams, run_files, whole_path, with_flow
from service.engine import Engine
from service.flow.methods import FlowMethods
from service.networks.device import Device
from service.options import CropSource, FlowMethod, Options
from service.settings import Settings
from tests.service.flow.cuda.fake import FakeCuda

SMALL = Plan(models=("blazepose-full",), batches=(1, 2), streams=2, live=2, fps=200, seconds=0.0, frames=3)
OPTIONS = Options(crop=CropSource.FULL, window=2, lookahead=2)


@pytest.fixture
def settings(models_dir: Path) -> Settings:
    return Settings(data_dir=models_dir.parent, device=Device.CPU, threads=1)


@pytest.fixture(scope="module")
def shown() -> list[np.ndarray]:
    return pictures(96, 3)


def as_dicts(section: Section) -> list[dict[str, object]]:
    return section.to_json()["rows"]  # type: ignore[no-any-return]


def test_networks_alone_are_measured_at_each_batch_size(settings: Settings) -> None:
    section = networks_alone(SMALL, settings)
    rows = as_dicts(section)
    assert [row["batch"] for row in rows] == [1, 2]
    for row in rows:
        assert row["TFLOP/s"] > 0  # type: ignore[operator]
        assert row["frames/s"] == pytest.approx(1e3 * row["batch"] / row["ms"])  # type: ignore[operator]
    assert "matrix product in float32: " in section.markdown()


def test_networks_that_are_not_here_are_noted(settings: Settings, tmp_path: Path) -> None:
    section = networks_alone(SMALL, settings.model_copy(update={"data_dir": tmp_path}))
    assert section.rows == ()
    assert any("flowpose models pull blazepose-full" in note for note in section.notes)


@pytest.fixture
def on_card() -> Iterator[FlowMethods]:
    methods = FlowMethods(cuda=FakeCuda(broken=("nvof",)))
    yield methods
    methods.close()


def test_flow_is_measured_against_the_known_motion_and_the_cpu(on_card: FlowMethods) -> None:
    section = flows_alone(SMALL, on_card, size=64)
    rows = {str(row["method"]): row for row in as_dicts(section)}
    assert set(rows) >= {"dis", "farneback", "cuda-farneback", "cuda-brox"}
    assert all(row["error px"] < 0.5 for row in rows.values())  # type: ignore[operator]
    assert rows["dis"]["off the CPU's px"] is None
    assert rows["cuda-farneback"]["the CPU's"] == FlowMethod.FARNEBACK
    assert rows["cuda-brox"]["off the CPU's px"] < 0.5  # type: ignore[operator]
    assert any(note.startswith("cuda-nvof: ") for note in section.notes)


def test_the_whole_path_is_measured_for_one_stream_and_for_many(
    engine: Engine, shown: list[np.ndarray]
) -> None:
    choices = [with_flow(OPTIONS, flow) for flow in (FlowMethod.NONE, FlowMethod.DIS)]
    path, stages = whole_path(SMALL, engine, choices, shown)
    assert [(row["flow"], row["streams"]) for row in as_dicts(path)] == [
        ("none", 1),
        ("none", 2),
        ("dis", 1),
        ("dis", 2),
    ]
    assert {str(row["stage"]) for row in as_dicts(stages)} >= {"crop", "network", "flow", "pool"}


def test_live_streams_tell_how_late_they_answer(engine: Engine, shown: list[np.ndarray]) -> None:
    (row,) = as_dicts(live_streams(SMALL, engine, [OPTIONS], shown))
    assert 0 < row["median ms"] <= row["p95 ms"]  # type: ignore[operator]
    assert 0 <= row["in time %"] <= 100  # type: ignore[operator]


def test_every_frame_of_every_stream_is_counted(engine: Engine, shown: list[np.ndarray]) -> None:
    run = run_files(engine, OPTIONS, shown, 3, 4)
    assert run.frames == 12
    assert run.seconds > 0
