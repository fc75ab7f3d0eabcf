from __future__ import annotations

import numpy as np
import pytest

from service.networks.blazepose33 import BLAZEPOSE33
from service.temporal.learnt.read import learnt_table, learnt_trust, parse_table
from tests.service.temporal.reference import unlearnt


def test_the_shipped_table_is_one_of_weights_for_every_joint_and_offset() -> None:
    table = learnt_table(BLAZEPOSE33)
    assert table is not None
    assert table.shape == (31, 33)
    assert table.dtype == np.float32
    assert (table >= 0).all()
    np.testing.assert_allclose(table.sum(axis=0), 1, atol=1e-6)
    assert (table.argmax(axis=0) == 15).all(), "the frame itself counts most"


def test_mirrored_joints_have_the_same_weights() -> None:
    table = learnt_table(BLAZEPOSE33)
    assert table is not None
    for left, right in BLAZEPOSE33.swaps:
        np.testing.assert_array_equal(table[:, left], table[:, right])


def test_what_adaptive_pooling_learnt_is_shipped() -> None:
    trust = learnt_trust(BLAZEPOSE33)
    assert trust is not None
    assert min(trust.joint, trust.frame) >= 0
    assert trust.slip_cells > 0


def test_nothing_was_learnt_for_other_skeletons() -> None:
    assert learnt_table(unlearnt(3)) is None
    assert learnt_trust(unlearnt(3)) is None


def text_of(header: str, offsets: range) -> str:
    return "\n".join([header, *(f"{offset},0.5,0.25" for offset in offsets)]) + "\n"


def test_a_table_is_read_row_by_row() -> None:
    table = parse_table(text_of("offset,joint_0,joint_1", range(-15, 16)), unlearnt(2))
    np.testing.assert_array_equal(table, np.tile(np.array([0.5, 0.25], np.float32), (31, 1)))


@pytest.mark.parametrize(
    ("header", "offsets", "words"),
    [
        ("offset,joint_1,joint_0", range(-15, 16), "joints of unlearnt"),
        ("offset,joint_0", range(-15, 16), "joints of unlearnt"),
        ("offset,joint_0,joint_1", range(-15, 15), "offsets"),
        ("offset,joint_0,joint_1", range(31), "offsets"),
    ],
)
def test_a_table_of_something_else_is_refused(header: str, offsets: range, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_table(text_of(header, offsets), unlearnt(2))
