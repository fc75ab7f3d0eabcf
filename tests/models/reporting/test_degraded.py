from __future__ import annotations

from pathlib import Path

from models.evaluation.joint_map import MEASURED
from models.reporting.bench import Bench
from models.reporting.degraded import DEGRADED
from models.reporting.record import Record


def test_every_damage_is_measured_told_and_drawn(clips_bench: Bench, tmp_path: Path) -> None:
    Record("", "", "", 0, DEGRADED.measure(clips_bench)).save(tmp_path / "degraded.json")
    figures = Record.load(tmp_path / "degraded.json").figures
    assert list(figures["rows"]) == ["none", "blur", "occluder"]
    assert figures["rows"]["none"]["none"]["mean at 0.2"] == 100
    text = DEGRADED.write(figures)
    assert "| occluded | adaptive |" in text
    labelled = {"face", "right_shoulder", "left_shoulder"}
    assert {name for name in MEASURED if f"| {name} |" in text} == labelled
    assert len(DEGRADED.claims(figures)) == 3
    DEGRADED.draw(figures, tmp_path / "degraded.png")
    assert (tmp_path / "degraded.png").stat().st_size < 100_000
