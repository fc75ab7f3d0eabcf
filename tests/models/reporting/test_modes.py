"""The section on failures of two modes, all of which the better network puts right."""

from __future__ import annotations

from pathlib import Path

from models.reporting.bench import Bench
from models.reporting.modes import MODES, compare
from models.reporting.people import people_of
from models.reporting.record import Record


def test_failures_are_counted_told_and_shown(discs_bench: Bench, tmp_path: Path) -> None:
    Record("", "", "", 0, MODES.measure(discs_bench)).save(tmp_path / "modes.json")
    figures = Record.load(tmp_path / "modes.json").figures
    assert figures["parts"]["wrist"]["removed_two_modes"] == 4
    assert "| wrist | 4 | 4 | 4 | 4 | 0 | 0 |" in MODES.write(figures)
    assert "| head | 2 | 0 | 0 | 0 | 0 | 0 |" in MODES.write(figures)
    (claim,) = MODES.claims(figures)
    assert claim.holds
    assert "Of 12 joints in a wrong place 12 are put right" in claim.found
    path = tmp_path / "modes.png"
    MODES.draw(figures, path)
    assert len(figures["examples"]) == 1  # all people here are alike
    assert 2_000 < path.stat().st_size < 100_000


def test_where_nothing_is_put_right_there_is_nothing_to_show(discs_bench: Bench, tmp_path: Path) -> None:
    subjects = people_of(discs_bench)["mpii"].subjects
    figures = compare(discs_bench, "spatial-net-fusion", "spatial-net", subjects)
    assert figures["examples"] == []
    assert MODES.claims(figures)[0].holds is False
    MODES.draw(figures, tmp_path / "modes.png")
