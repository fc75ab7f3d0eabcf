from __future__ import annotations

from typing import Any

from models.reporting import compared
from models.reporting.bench import Bench
from models.reporting.record import Figures


def each(weights: str, wrists: float, lookahead: int = 15) -> dict[str, Any]:
    rest = {"mean": 50.0, "mean at 0.2": 99.0, "jitter_px": 1.0}
    return {"damage": "blur", "lookahead": lookahead, "weights": weights, "wrists": wrists} | rest


def made(learnt: float, adaptive: float) -> Figures:
    rows = [each("gaussian", 80), each("learnt", learnt), each("adaptive", adaptive), each("learnt", 9, 0)]
    return {"model": "blazepose-full", "clips": 2, "frames": 9, "rows": rows}


def test_every_damage_look_ahead_and_kind_is_measured(clips_bench: Bench) -> None:
    figures = compared.measure(clips_bench)
    assert len(figures["rows"]) == 3 * 2 * 3
    assert figures["frames"] == 6


def test_the_aims_are_judged_on_the_whole_look_ahead() -> None:
    assert [claim.holds for claim in compared.claims(made(81, 82))] == [True, True]
    assert [claim.holds for claim in compared.claims(made(79, 79.2))] == [False, None]


def test_each_kind_has_a_row() -> None:
    text = compared.write(made(81, 82))
    assert "| blurred, 15, adaptive | 99.0 | 50.0 | 82.0 | 1.0 |" in text
    assert "| blurred, 0, learnt | 99.0 | 50.0 | 9.0 |" in text
