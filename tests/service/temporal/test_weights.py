from __future__ import annotations

import numpy as np
import pytest

from service.options import Pooling
from service.temporal.weights import gaussian, weights_for


def test_the_gaussian_falls_off_with_sigma_4_both_ways() -> None:
    table = gaussian(3)
    assert table.shape == (31, 3)
    np.testing.assert_allclose(table[15 + 4] / table[15], np.exp(-0.5), rtol=1e-6)
    np.testing.assert_array_equal(table, table[::-1])


@pytest.mark.parametrize("pooling", list(Pooling))
def test_no_weight_is_negative(pooling: Pooling) -> None:
    weights = weights_for(pooling, 5)
    assert weights.table.shape == (31, 5)
    assert (weights.table >= 0).all()
    assert weights.keep_largest == (pooling is Pooling.MAX)


def test_none_is_the_frame_alone() -> None:
    np.testing.assert_array_equal(weights_for(Pooling.NONE, 1).table[:, 0].nonzero()[0], [15])
