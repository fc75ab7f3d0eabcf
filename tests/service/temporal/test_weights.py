from __future__ import annotations

import numpy as np
import pytest

from service.networks.blazepose33 import BLAZEPOSE33
from service.options import Pooling
from service.temporal.learnt.read import learnt_table, learnt_trust
from service.temporal.weights import gaussian, weights_for
from tests.service.temporal.reference import unlearnt


def test_the_gaussian_falls_off_with_sigma_4_both_ways() -> None:
    table = gaussian(3)
    assert table.shape == (31, 3)
    np.testing.assert_allclose(table[15 + 4] / table[15], np.exp(-0.5), rtol=1e-6)
    np.testing.assert_array_equal(table, table[::-1])


@pytest.mark.parametrize("skeleton", [unlearnt(5), BLAZEPOSE33])
@pytest.mark.parametrize("pooling", [each for each in Pooling if each is not Pooling.POSEWARPER])
def test_no_weight_is_negative(pooling: Pooling, skeleton) -> None:
    weights = weights_for(pooling, skeleton)
    assert weights.table.shape == (31, len(skeleton.joints))
    assert (weights.table >= 0).all()
    assert weights.keep_largest == (pooling is Pooling.MAX)
    assert (weights.trust is not None) == (pooling is Pooling.ADAPTIVE)


def test_posewarper_has_no_weights() -> None:
    with pytest.raises(ValueError, match="a network"):
        weights_for(Pooling.POSEWARPER, unlearnt(3))


def test_none_is_the_frame_alone() -> None:
    np.testing.assert_array_equal(weights_for(Pooling.NONE, unlearnt(1)).table[:, 0].nonzero()[0], [15])


def test_a_network_without_learnt_weights_keeps_the_gaussian() -> None:
    np.testing.assert_array_equal(weights_for(Pooling.PARAMETRIC, unlearnt(7)).table, gaussian(7))


def test_blazepose_pools_with_what_was_learnt_for_it() -> None:
    learnt = learnt_table(BLAZEPOSE33)
    assert learnt is not None
    assert not np.allclose(learnt, gaussian(33) / gaussian(33).sum(axis=0), atol=0.01)
    for pooling in (Pooling.PARAMETRIC, Pooling.ADAPTIVE):
        np.testing.assert_array_equal(weights_for(pooling, BLAZEPOSE33).table, learnt)
    assert weights_for(Pooling.ADAPTIVE, BLAZEPOSE33).trust == learnt_trust(BLAZEPOSE33)
