from __future__ import annotations

import numpy as np
import pytest

from models.evaluation.curves import PARTS, by_part, curves
from models.evaluation.stills import Found


def test_parts_take_both_sides() -> None:
    assert dict(PARTS) == {"head": (0,), "wrist": (1, 2), "elbow": (3, 4), "shoulder": (5, 6)}


def test_a_mean_leaves_out_joints_that_nobody_labelled() -> None:
    means = by_part(np.array([90, 10, np.nan, 40, 60, np.nan, np.nan]))
    assert means["wrist"] == 10
    assert means["elbow"] == 50
    assert np.isnan(means["shoulder"])
    assert means["mean"] == 50


def test_curves_rise_where_the_errors_are() -> None:
    distance = np.array([[4, 2, 8, 0, 0, 0, 0]], np.float32)
    one = np.ones(1, np.float32)
    found = curves(Found(distance, one, one, 0.5 * one), (0, 1, 2, 4))
    assert found["head"] == [0, 0, 100, 100]
    assert found["wrist"] == [0, 50, 50, 100]
    assert found["mean"] == pytest.approx([400 / 7, 500 / 7, 600 / 7, 100], abs=0.01)
