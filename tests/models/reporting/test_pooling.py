"""The section on kinds of pooling: measured once for real, judged on made figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.reporting.bench import Bench
from models.reporting.pooling import POOLING
from models.reporting.record import Figures, Record

GROWING = {"parametric": (70, 80, 85), "adaptive": (70, 80, 90), "sum": (70, 80, 75), "max": (70, 80, 60)}


def row(wrists: float) -> dict[str, Any]:
    return {"wrists": wrists, "mean": wrists + 5, "jitter_px": 1.0}


def made(kinds: dict[str, tuple[float, ...]]) -> Figures:
    rows = {kind: [row(value) for value in values] for kind, values in kinds.items()}
    return {
        "model": "blazepose-full",
        "clips": 2,
        "frames": 9,
        "neighbours": [0, 1, 15],
        "rows": {"none": rows},
    }


def test_every_kind_is_measured_with_every_window(clips_bench: Bench, tmp_path: Path) -> None:
    Record("", "", "", 0, POOLING.measure(clips_bench)).save(tmp_path / "pooling.json")
    figures = Record.load(tmp_path / "pooling.json").figures
    assert figures["neighbours"] == [0, 1, 2, 3, 5, 7, 11, 15]
    kinds = figures["rows"]["blur"]
    assert [len(rows) for rows in kinds.values()] == [8] * 4
    assert len({rows[0]["mean"] for rows in kinds.values()}) == 1


def test_the_papers_findings_are_seen_where_they_are() -> None:
    assert [claim.holds for claim in POOLING.claims(made(GROWING))] == [True] * 6


def test_and_not_where_they_are_not() -> None:
    falling = dict.fromkeys(GROWING, (70, 60, 50)) | {"sum": (70, 71, 72), "max": (70, 71, 73)}
    verdicts = [claim.holds for claim in POOLING.claims(made(falling))]
    assert verdicts == [False, False, False, None, None, False]


def test_tables_and_picture_have_a_place_for_each_window(tmp_path: Path) -> None:
    text = POOLING.write(made(GROWING))
    assert "| sum | 70.0 / 75.0 | 80.0 / 85.0 | 75.0 / 80.0 |" in text
    POOLING.draw(made(GROWING), tmp_path / "pooling.png")
    assert (tmp_path / "pooling.png").stat().st_size < 100_000
