from __future__ import annotations

from pathlib import Path

import pytest

from models.reporting.errors import FiguresUnreadable
from models.reporting.record import Record, number

RECORD = Record("python -m models.report", "a machine, 2 cores", "2026-11-21", 0.5, {"mean": [1.5, None]})


def test_figures_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "report" / "one.json"
    RECORD.save(path)
    assert Record.load(path) == RECORD


def test_not_a_number_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        Record("", "", "", 0, {"mean": float("nan")}).save(tmp_path / "one.json")
    assert number(float("nan")) is None
    assert number(12.3456) == 12.35


@pytest.mark.parametrize("text", ["{", "[]", '{"figures": {}}', '{"other": 1}'])
def test_broken_figures_are_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "one.json"
    path.write_text(text)
    with pytest.raises(FiguresUnreadable, match=r"one\.json"):
        Record.load(path)
