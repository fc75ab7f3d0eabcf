from __future__ import annotations

from pathlib import Path

import numpy as np

from models.pooling.files import write_table, write_trust
from service.networks.skeleton import Skeleton
from service.temporal.learnt.read import parse_table, parse_trust
from service.temporal.trust import Trust

SKELETON = Skeleton("two", ("one", "other"), (), ())


def test_a_table_comes_back_as_it_was_written_and_its_columns_still_sum_to_one(tmp_path: Path) -> None:
    table = np.random.default_rng(0).random((31, 2)).astype(np.float32)
    table /= table.sum(axis=0)
    write_table(tmp_path / "two.csv", table, SKELETON)
    read = parse_table((tmp_path / "two.csv").read_text(), SKELETON)
    np.testing.assert_allclose(read, table, atol=2e-4)
    np.testing.assert_allclose(read.sum(axis=0), 1, atol=1e-6)


def test_trust_comes_back_as_it_was_written(tmp_path: Path) -> None:
    trust = Trust(joint=0.4, frame=5.2, slip_cells=2.25)
    write_trust(tmp_path / "trust.csv", trust)
    assert parse_trust((tmp_path / "trust.csv").read_text()) == trust
