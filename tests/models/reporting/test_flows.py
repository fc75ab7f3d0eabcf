from __future__ import annotations

from pathlib import Path
from typing import Any

from models.reporting.flows import FLOWS
from models.reporting.record import Figures


def both(wrists: float) -> dict[str, Any]:
    row = {"wrists": wrists, "mean": 90.0, "jitter_px": 1.5}
    return {"none": row, "blur": row}


def made(dis: float, still: float, deepflow: float) -> Figures:
    rows = {"dis": both(dis), "none": both(still), "deepflow": both(deepflow), "single frame": both(50)}
    ms = {"dis": 1.5, "deepflow": 90.0, "none": 0.0}
    return {"model": "blazepose-full", "clips": 2, "frames": 9, "rows": rows, "ms": ms}


def test_flow_is_judged_against_pooling_in_place_and_dear_flow() -> None:
    assert [claim.holds for claim in FLOWS.claims(made(80, 70, 90))] == [True] * 4
    assert [claim.holds for claim in FLOWS.claims(made(70, 80, 70.1))] == [False, None] * 2


def test_each_flow_has_a_row_and_a_mark(tmp_path: Path) -> None:
    text = FLOWS.write(made(80, 70, 90))
    assert "| deepflow | 90.0 | 90.0 | 90.0 | 1.5 | 90.0 | 90.0 | 1.5 |" in text
    assert "| single frame | - | 50.0 |" in text
    FLOWS.draw(made(80, 70, 90), tmp_path / "flows.png")
    assert (tmp_path / "flows.png").stat().st_size < 100_000
