from __future__ import annotations

import numpy as np
import pytest

from service.people.crop import Crop
from service.temporal.kernel import unblock
from service.temporal.pooling import HILL, Pooler
from service.temporal.ring import FlowRing, MapRing
from service.temporal.weights import PoolingWeights, gaussian
from tests.service.temporal.reference import random_maps

CROP = Crop((127.5, 127.5), 128)


def still_frames(count: int) -> tuple[FlowRing, MapRing, np.ndarray]:
    """Frames in which nothing moves but heights, and what pooling them evenly gives."""
    rng = np.random.default_rng(0)
    base = random_maps(rng, 3)
    ring, person = FlowRing(8), MapRing(3)
    every = [np.clip(base * rng.uniform(0.6, 1), 0, 1).astype(np.float32) for _ in range(count)]
    for n, maps in enumerate(every):
        ring.open(n, n / 25, linked=n > 0)
        person.put(n, CROP, maps)
    return ring, person, np.mean(every, axis=0)


@pytest.mark.parametrize("keep_largest", [False, True])
def test_hills_are_pooled_wherever_they_rise_and_no_other_joint_changes(keep_largest: bool) -> None:
    ring, person, mean = still_frames(5)
    weights = PoolingWeights(np.ones_like(gaussian(3)), keep_largest)
    expected = np.max([person.heatmaps(n) for n in range(5)], axis=0) if keep_largest else mean
    alone = unblock(Pooler(weights, 15).pool(ring, person, 2, 4).maps.copy())
    hills = unblock(Pooler(weights, 15, (2, 0)).pool(ring, person, 2, 4).maps)
    np.testing.assert_array_equal(hills[1], alone[1])
    for joint in (0, 2):
        rises = expected[joint] >= HILL
        np.testing.assert_allclose(hills[joint][rises], expected[joint][rises], atol=1e-4)
        assert (alone[joint][rises] == 0).any(), "the best first search alone leaves hills out"
