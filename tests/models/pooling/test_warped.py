from __future__ import annotations

import numpy as np
import pytest

from models.pooling.warped import warp
from models.pooling.watch import Moment
from service.flow.field import FlowPair
from service.people.crop import Crop
from service.temporal.pooling import Pooler
from service.temporal.ring import FlowRing, MapRing
from service.temporal.weights import PoolingWeights
from tests.service.temporal.reference import random_maps

JOINTS = 4


@pytest.fixture
def moment() -> Moment:
    """Twenty frames of random maps, flow and crops; the person is not seen in one of them."""
    rng = np.random.default_rng(0)
    ring, person = FlowRing(32), MapRing(JOINTS)
    for n in range(20):
        ring.open(n, n / 25, linked=n > 0)
        if n > 0:
            forward, backward = rng.normal(0, 0.5, (2, 32, 32, 2)).astype(np.float32)
            ring.put(n, FlowPair(forward, backward, np.array([[0.125, 0, 0], [0, 0.125, 0.0]])))
        if n != 7:
            crop = Crop(tuple(rng.uniform(120, 136, 2)), rng.uniform(110, 140), rng.normal(0, 0.2))
            person.put(n, crop, random_maps(rng, JOINTS))
    return Moment(ring, person, 9, 19)


def test_weighted_and_added_up_they_are_what_the_service_pools(moment: Moment) -> None:
    table = np.random.default_rng(1).random((31, JOINTS)).astype(np.float32)
    warped = warp(moment, (1, 3))
    pooler = Pooler(PoolingWeights(table), 15)
    for n, joint in enumerate((1, 3)):
        weights = table[warped.rows, joint] / table[warped.rows, joint].sum()
        pooled = pooler.pool(moment.ring, moment.person, moment.frame, moment.newest, whole=joint)
        np.testing.assert_allclose(weights @ warped.maps[:, n], pooled.maps[joint], atol=1e-5)


def test_rows_are_the_neighbours_that_were_seen(moment: Moment) -> None:
    rows = warp(moment, (0,)).rows
    assert sorted(rows) == [15 + n - 9 for n in range(20) if n != 7]
    assert rows[0] == 15, "the frame itself comes first"


def test_heights_are_those_of_the_neighbours_own_maps(moment: Moment) -> None:
    warped = warp(moment, (2,))
    here = moment.person.heatmaps(9)
    assert warped.heights[0, 0] == pytest.approx(here[2].max(), abs=1e-4)
    assert warped.frame_heights[0] == pytest.approx(here.max(axis=(1, 2)).mean(), abs=1e-4)
    assert warped.slips[0, 0] == 0
    assert (warped.slips[1:] > 0).all(), "random flow does not come back"
