from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.upper7 import UPPER7
from service.refine.graph import body_of, unroll
from service.refine.springs import (
    PAPERS_STIFFNESS,
    RefineUnavailable,
    papers_springs,
    read_springs,
    springs_for,
    write_springs,
)
from tests.service.refine import plain


def test_springs_survive_being_written(tmp_path: Path) -> None:
    springs = plain.random_springs(np.random.default_rng(0), body_of(UPPER7), 0.3)
    write_springs(springs, tmp_path / "upper7.csv")
    np.testing.assert_allclose(read_springs(tmp_path / "upper7.csv", springs.body).table, springs.table, 1e-4)


def test_springs_of_another_body_are_refused(tmp_path: Path) -> None:
    write_springs(papers_springs(body_of(UPPER7)), tmp_path / "upper7.csv")
    with pytest.raises(ValueError, match="other edges"):
        read_springs(tmp_path / "upper7.csv", body_of(BLAZEPOSE33))


def test_what_nobody_has_learnt_is_a_problem_that_says_so() -> None:
    with pytest.raises(RefineUnavailable, match="sticks"):
        springs_for(plain.STICKS)


def test_the_springs_that_come_along_are_those_of_a_body() -> None:
    springs = springs_for(BLAZEPOSE33)
    names = springs.body.names
    spatial = dict(zip(springs.body.edges, springs.table, strict=False))
    assert (springs.table[:, :2] > 0).all()
    assert (springs.table[:, 4] > 0).all()
    knee, ankle = names.index("left_knee"), names.index("left_ankle")
    assert spatial[knee, ankle][3] > 4, "the ankle is below the knee"
    shoulders = names.index("right_shoulder"), names.index("left_shoulder")
    assert spatial[shoulders][2] > 0, "people mostly face the camera"


def test_a_spring_looks_the_other_way_from_its_other_end() -> None:
    springs = plain.random_springs(np.random.default_rng(1), body_of(UPPER7), 0.3)
    graph = unroll(springs.body, 1, 0)
    rows = springs.of_edges(graph)
    np.testing.assert_allclose(rows[graph.reverse][:, 2:4], -rows[:, 2:4])
    np.testing.assert_allclose(rows[graph.reverse][:, [0, 1, 4]], rows[:, [0, 1, 4]])


def test_wider_cells_stretch_a_spring_by_the_same_cost() -> None:
    springs = plain.random_springs(np.random.default_rng(2), body_of(UPPER7), 1e6)
    graph = unroll(springs.body, 0, 0)
    fine, coarse = springs.of_edges(graph), springs.of_edges(graph, 2)
    offset = np.array([6.0, -4.0])
    for one, other in zip(fine, coarse, strict=True):
        np.testing.assert_allclose(plain.stretch(offset, one), plain.stretch(offset / 2, other), rtol=1e-5)


def test_the_paper_begins_without_a_rest() -> None:
    table = papers_springs(body_of(UPPER7)).table
    np.testing.assert_allclose(table[:, :2], PAPERS_STIFFNESS)
    assert not table[:, 2:4].any()
