from __future__ import annotations

import json

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

from models.evaluation.degrade import Damage
from models.evaluation.joint_map import MEASURED, WRISTS
from models.evaluation.metrics import Tally
from models.evaluation.report import joints_table, mean_pck, summary_table, to_json
from models.evaluation.served import Results, Setting
from service.options import Pooling


def result(error: float) -> Tally:
    """Four frames: wrists as far off as said, the ankles never labelled, all else exact."""
    errors = np.zeros((4, len(MEASURED)), np.float32)
    errors[:, [MEASURED.index(name) for name in WRISTS]] = error
    errors[:, [MEASURED.index("right_ankle"), MEASURED.index("left_ankle")]] = np.nan
    shakes = np.full((2, len(MEASURED)), 1.5, np.float32)
    return Tally(errors, shakes, 2 * shakes, misses=1)


def results() -> Results:
    return {
        Setting(Damage.BLUR, Pooling.NONE): result(0.15),
        Setting(Damage.BLUR, Pooling.SUM): result(0.01),
    }


def lines(table: Table) -> list[list[str]]:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(table)
    return [
        [cell.strip() for cell in line.strip("| ").split("|")]
        for line in capture.get().splitlines()
        if "|" in line
    ]


def test_the_mean_leaves_out_joints_that_are_never_labelled() -> None:
    assert mean_pck(result(0.15), 0.1) == pytest.approx(100 * 9 / 11)
    assert mean_pck(result(0.15), 0.1, WRISTS) == 0
    assert np.isnan(mean_pck(result(0.15), 0.1, ("left_ankle",)))


def test_the_summary_has_a_row_for_each_setting() -> None:
    _, _, first, second = lines(summary_table(results(), "title"))
    assert first == ["blur", "none", "100.0 / 81.8 / 81.8", "100.0 / 0.0 / 0.0", "1.50", "3.00", "1 of 4"]
    assert second[1:4] == ["sum", "100.0 / 100.0 / 100.0", "100.0 / 100.0 / 100.0"]


def test_every_measured_joint_has_a_row() -> None:
    head, _, *rows = lines(joints_table(results(), "title"))
    assert head == ["joint", "none", "sum"]
    assert [row[0] for row in rows] == list(MEASURED)
    assert rows[MEASURED.index("left_wrist")] == ["left_wrist", "100.0 / 0.0 / 0.0", "100.0 / 100.0 / 100.0"]


def test_json_says_the_same_and_has_no_nan() -> None:
    first, second = json.loads(json.dumps(to_json(results()), allow_nan=False))
    assert (first["damage"], first["pooling"], first["frames"], first["misses"]) == ("blur", "none", 4, 1)
    assert first["pck"]["0.1"]["wrists"] == 0
    assert first["pck"]["0.1"]["joints"]["left_ankle"] is None
    assert second["pck"]["0.05"]["mean"] == 100
    assert (first["jitter_px"], first["label_jitter_px"]) == (1.5, 3.0)
