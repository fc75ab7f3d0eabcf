"""The section on the body's graph: measured once for real, judged on made figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.reporting.bench import Bench
from models.reporting.record import Figures, Record
from models.reporting.slicing import SLICING
from models.slicing.compare import GRAPHS
from models.slicing.tables import PARTS


def row(pooling: str, graph: str, mean: float) -> dict[str, Any]:
    pck = {"mean": mean, **dict.fromkeys(PARTS, mean)}
    return {
        "damage": "none",
        "pooling": pooling,
        "graph": graph,
        "jitter_px": 1.0,
        "pck": {"0.2": pck, "0.1": pck},
    }


def made(*means: float) -> Figures:
    rows = [row("none", graph, mean) for graph, mean in zip(GRAPHS, means, strict=True)]
    return {"model": "blazepose-full", "clips": 2, "frames": 9, "rows": rows}


def test_each_graph_is_measured_on_each_pooling_and_damage(clips_bench: Bench, tmp_path: Path) -> None:
    Record("", "", "", 0, SLICING.measure(clips_bench)).save(tmp_path / "slicing.json")
    rows = Record.load(tmp_path / "slicing.json").figures["rows"]
    assert {each["graph"] for each in rows} == set(GRAPHS)
    assert {each["pooling"] for each in rows} >= {"none", "parametric"}
    assert len({(each["damage"], each["pooling"], each["graph"]) for each in rows}) == len(rows) >= 24


def test_the_graph_is_judged_with_and_without_time() -> None:
    assert [claim.holds for claim in SLICING.claims(made(70, 75, 80, 81))] == [True, True]
    assert [claim.holds for claim in SLICING.claims(made(70, 65, 65.1, 60))] == [False, None]


def test_each_graph_has_a_row_and_a_mark(tmp_path: Path) -> None:
    text = SLICING.write(made(70, 75, 80, 81))
    assert "| none, spatial | 75.0 |" in text
    SLICING.draw(made(70, 75, 80, 81), tmp_path / "slicing.png")
    assert (tmp_path / "slicing.png").stat().st_size < 100_000
