"""The section on carried labels: measured once for real, judged on made figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.evaluation.joint_map import MEASURED
from models.reporting import propagation
from models.reporting.bench import Bench
from models.reporting.propagation import PROPAGATION
from models.reporting.record import Figures, Record
from tests.warpers import By, lay


def row(mean: float) -> dict[str, Any]:
    joints = dict.fromkeys(MEASURED, mean)
    return {"mean": mean, "wrists": mean - 5, "mean AP": mean - 1, "pck": joints, "ap": joints}


def made(**means: float) -> Figures:
    rows = {name: {str(d): row(mean) for d in (3, 7, 15)} for name, mean in means.items()}
    return {"model": "blazepose-heavy", "clips": 2, "frames": 9, "rows": rows}


def test_each_way_is_measured_at_each_distance(
    clips_bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a warper that moves nothing: it is as good as a copy."""
    monkeypatch.setenv("FLOWPOSE_DATA_DIR", str(clips_bench.models_dir.parent))
    models = tmp_path / "models"
    models.mkdir()
    for path in clips_bench.models_dir.glob("*.onnx"):
        (models / path.name).symlink_to(path)
    warper = lay(models, "blazepose-full", By.IDENTITY)
    warper.with_name(f"{warper.stem}-cycle.onnx").write_bytes(warper.read_bytes())
    bench = replace(clips_bench, models_dir=models)
    Record("", "", "", 0, PROPAGATION.measure(bench)).save(tmp_path / "propagation.json")
    rows = Record.load(tmp_path / "propagation.json").figures["rows"]
    assert list(rows) == [
        *propagation.WAYS,
        propagation.SINGLE,
        propagation.WARPED,
        propagation.CYCLE,
    ]
    assert {len(row) for row in rows.values()} == {3}
    assert rows[propagation.WARPED]["3"]["pck"] == rows["copy"]["3"]["pck"]
    assert rows[propagation.CYCLE]["3"]["ap"] == rows[propagation.WARPED]["3"]["ap"]


def test_learnt_warping_is_judged_against_the_best_flow() -> None:
    flows = {"farneback": 80.0, "dis": 70.0, "deepflow": 60.0}
    figures = made(**flows, **{propagation.WARPED: 75.0, propagation.CYCLE: 75.1})
    assert [claim.holds for claim in PROPAGATION.claims(figures)] == [False, None] * 3
    figures = made(**flows, **{propagation.WARPED: 85.0, propagation.CYCLE: 86.0})
    assert [claim.holds for claim in PROPAGATION.claims(figures)] == [True, True] * 3
    assert PROPAGATION.claims(made(**flows)) == []


def test_each_way_has_a_row_and_each_joint_one_too(tmp_path: Path) -> None:
    figures = made(dis=70.0, **{propagation.WARPED: 75.0})
    text = PROPAGATION.write(figures)
    assert "| posewarper | 75.0 | 70.0 | 74.0 |" in text
    assert "| right_wrist | 70.0 | 70.0 | 75.0 | 75.0 |" in text
    PROPAGATION.draw(figures, tmp_path / "propagation.png")
    assert (tmp_path / "propagation.png").stat().st_size < 100_000
