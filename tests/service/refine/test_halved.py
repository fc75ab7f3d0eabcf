from __future__ import annotations

import numpy as np

from service.refine.kernel import HALF, halve, keep_near
from service.temporal.grid import CELLS
from service.temporal.joints import peaks
from service.temporal.kernel import blockwise_cells, unblock
from tests.service.temporal.reference import random_maps


def blocked(maps: np.ndarray) -> np.ndarray:
    columns, rows = blockwise_cells().astype(int).T
    return np.ascontiguousarray(maps[:, rows, columns])


def belief_at(x: int, y: int) -> np.ndarray:
    belief = np.zeros((HALF, HALF), np.float32)
    belief[y, x] = 1
    return belief


def test_halving_keeps_the_largest_of_four() -> None:
    maps = random_maps(np.random.default_rng(0), 3)
    halved = np.empty((3, HALF, HALF), np.float32)
    halve(blocked(maps), halved)
    np.testing.assert_array_equal(halved, maps.reshape(3, HALF, 2, HALF, 2).max(axis=(2, 4)))


def test_only_the_hill_under_the_belief_is_kept() -> None:
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    low = 0.4 * np.exp(-((columns - 12.3) ** 2 + (rows - 40.6) ** 2) / 6)
    high = 0.9 * np.exp(-((columns - 50) ** 2 + (rows - 40) ** 2) / 6)
    maps = blocked((low + high)[None].astype(np.float32))
    kept = np.empty_like(maps)
    keep_near(maps[0], belief_at(5, 20), 3, kept[0])
    points, scores, _ = peaks(kept)
    np.testing.assert_allclose(points, [[12.3, 40.6]], atol=0.15)
    np.testing.assert_allclose(scores, [0.4], atol=0.03)


def test_a_confirmed_peak_is_read_as_if_nobody_had_asked() -> None:
    maps = blocked(random_maps(np.random.default_rng(1), 4))
    kept = np.empty_like(maps)
    for joint, (x, y) in enumerate(peaks(maps)[0]):
        keep_near(maps[joint], belief_at(round(x) // 2, round(y) // 2), 3, kept[joint])
    for one, other in zip(peaks(kept), peaks(maps), strict=True):
        np.testing.assert_array_equal(one, other)


def test_where_the_map_is_empty_the_belief_decides() -> None:
    maps = np.zeros((1, CELLS * CELLS), np.float32)
    kept = np.empty_like(maps)
    keep_near(maps[0], belief_at(31, 0), 3, kept[0])
    points, scores, _ = peaks(kept)
    np.testing.assert_allclose(points, [[62, 0]])
    assert scores[0] < 1e-5
    assert unblock(kept)[0, 0, 62] > 0
