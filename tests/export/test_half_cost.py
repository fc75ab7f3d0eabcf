from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from export.__main__ import main
from export.half_cost import ROW, HalfCost, half_costs
from models.evaluation.subjects import gather
from tests.models.disc_people import write_networks, write_people


def test_a_network_of_plain_numbers_loses_nothing(tmp_path: Path) -> None:
    subjects = gather("mpii", write_people(tmp_path / "mpii", 2)).subjects
    (cost,) = half_costs(["spatial-net-fusion"], write_networks(tmp_path / "models"), subjects)
    assert cost.people == 2
    assert cost.moved_px.shape == (14,)
    assert 0 < cost.moved_px.max() < 0.5
    assert cost.single == cost.half == (100, 100)


def test_a_row_has_what_its_titles_say() -> None:
    row = str(HalfCost("some-net", 3, np.array([0, 1, 2], np.float32), (90, 80), (89, 79)))
    assert row == ROW.format("some-net", 3, 3, "1.000", "1.900", "2.000", "90.0 / 80.0", "89.0 / 79.0")


def test_the_command_prints_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_networks(tmp_path / "models")
    write_people(tmp_path / "mpii", 1)
    monkeypatch.setenv("FLOWPOSE_DATA_DIR", str(tmp_path))
    arguments = ["half-cost", "spatial-net-fusion", "--kind", "mpii", "--data", str(tmp_path / "mpii")]
    assert main(arguments) == 0
    titles, row = capsys.readouterr().out.splitlines()
    assert titles.startswith("network")
    assert row.startswith("spatial-net-fusion")


def test_data_without_people_are_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "joints.json").write_text(json.dumps({}))
    assert main(["half-cost", "spatial-net", "--data", str(tmp_path)]) == 1
    assert "joints.json" in capsys.readouterr().err
