from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.carried_score import CarriedScore, together
from models.evaluation.metrics import Tally

FAR, NEAR, UNLABELLED = 0.5, 0.0, np.nan


def made(errors: list[float], scores: list[float]) -> CarriedScore:
    """One joint in as many frames."""
    column = np.array(errors, np.float32)[:, None]
    nothing = np.zeros((0, 1), np.float32)
    return CarriedScore(Tally(column, nothing, nothing, 0), np.array(scores, np.float32)[:, None])


def test_all_right_is_a_hundred_whatever_the_scores() -> None:
    assert made([NEAR, NEAR, NEAR], [0.1, 0.9, 0.5]).average_precision(0.1) == pytest.approx([100])


def test_a_wrong_joint_costs_more_when_it_is_sure() -> None:
    surest_wrong = made([FAR, NEAR, NEAR], [0.9, 0.8, 0.7]).average_precision(0.1)
    surest_right = made([NEAR, NEAR, FAR], [0.9, 0.8, 0.7]).average_precision(0.1)
    assert surest_wrong == pytest.approx([100 * (1 / 2 + 2 / 3) / 3])
    assert surest_right == pytest.approx([100 * (1 + 1) / 3])


def test_what_has_no_label_counts_nothing() -> None:
    without = made([NEAR, FAR], [0.5, 0.4]).average_precision(0.1)
    beside = made([UNLABELLED, NEAR, FAR], [0.9, 0.5, 0.4]).average_precision(0.1)
    assert without == beside
    assert np.isnan(made([UNLABELLED], [0.5]).average_precision(0.1)).all()


def test_clips_are_sorted_together() -> None:
    both = together([made([NEAR], [0.2]), made([FAR], [0.9])])
    assert both.average_precision(0.1) == pytest.approx([100 * (1 / 2) / 2])
    assert both.tally.frames == 2
