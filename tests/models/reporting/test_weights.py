from __future__ import annotations

from pathlib import Path

import pytest

from models.reporting.record import Figures
from models.reporting.weights import WEIGHTS
from service.temporal.weights import gaussian


def made(peak: int) -> Figures:
    column = [0.0] * 31
    column[peak] = 1.0
    hand_made = gaussian(1)[:, 0]
    table = {"columns": {"right_wrist": column, "nose": column}, "trust": {"joint": 0.5}}
    return {
        "tables": {"blazepose33": table},
        "hand_made": (hand_made / hand_made.sum()).tolist(),
        "compared": None,
    }


@pytest.mark.parametrize(("peak", "verdicts"), [(15, [True, True]), (14, [False, False])])
def test_the_centre_must_be_highest(peak: int, verdicts: list[bool]) -> None:
    assert [claim.holds for claim in WEIGHTS.claims(made(peak))] == verdicts


def test_the_table_says_how_far_weights_reach(tmp_path: Path) -> None:
    text = WEIGHTS.write(made(16))
    assert "| blazepose33, right_wrist | 0.0 | 100.0 | 0.0 | 100.0 |" in text
    assert "| gaussian, sigma 4 | 10.0 | 62.0 | 45.0 | 45.0 |" in text
    assert "`blazepose33`: joint 0.5" in text
    WEIGHTS.draw(made(16), tmp_path / "weights.png")
    assert (tmp_path / "weights.png").stat().st_size < 100_000
