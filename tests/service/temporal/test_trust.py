from __future__ import annotations

import numpy as np
import pytest

from service.flow.field import FlowPair
from service.people.crop import Crop
from service.temporal.joints import peaks
from service.temporal.kernel import unblock
from service.temporal.pooling import Pooler
from service.temporal.ring import FlowRing, MapRing
from service.temporal.trust import Trust, beyond_nearest
from service.temporal.weights import PoolingWeights, gaussian
from tests.service.temporal.reference import random_maps

CROP = Crop((127.5, 127.5), 128)
SIZE = 32  # of a flow picture
TO_FLOW = np.array([[SIZE / 256, 0, 0], [0, SIZE / 256, 0.0]])
TRUST = Trust(joint=1.0, frame=1.0, slip_cells=2.0)


def still() -> np.ndarray:
    return np.zeros((SIZE, SIZE, 2), np.float32)


def rings_of(maps: list[np.ndarray], lies: tuple[int, ...] = ()) -> tuple[FlowRing, MapRing]:
    """Frames with these maps, nothing moving; flow into some frames leads astray and not back."""
    ring, person = FlowRing(SIZE), MapRing(len(maps[0]))
    for n, heatmaps in enumerate(maps):
        ring.open(n, n / 25, linked=n > 0)
        person.put(n, CROP, heatmaps)
        if n > 0:
            forward = still() + (3.0 if n in lies else 0.0)  # 24 frame pixels, 6 cells
            ring.put(n, FlowPair(forward, still(), TO_FLOW))
    return ring, person


def pooled(maps: list[np.ndarray], frame: int, trust: Trust | None, lies: tuple[int, ...] = ()) -> np.ndarray:
    weights = PoolingWeights(gaussian(len(maps[0])), trust=trust)
    return Pooler(weights, 15).pool(*rings_of(maps, lies), frame, len(maps) - 1).maps.copy()


def blob(x: float, y: float, height: float) -> np.ndarray:
    rows, columns = np.mgrid[0:64, 0:64]
    return (height * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8))[None].astype(np.float32)


def test_where_all_is_equally_clear_and_flow_consistent_adaptive_is_parametric() -> None:
    rng = np.random.default_rng(0)
    base = random_maps(rng, 3)
    maps = [np.roll(base, (n, 2 * n), axis=(1, 2)) for n in range(7)]
    np.testing.assert_allclose(pooled(maps, 3, TRUST), pooled(maps, 3, None), atol=1e-5)


def test_a_garbage_neighbour_is_ignored() -> None:
    good, garbage = blob(30, 30, 0.9), blob(20, 44, 0.05) + np.float32(0.02)
    maps = [good, good, garbage, good, good]
    clear = unblock(pooled([good] * 5, 2, TRUST))
    spoilt, parametric = unblock(pooled(maps, 2, TRUST)), unblock(pooled(maps, 2, None))
    assert spoilt.max() > 0.97 * clear.max(), "as if the frame were not there"
    assert parametric.max() < 0.85 * clear.max(), "which counts it fully"


def test_a_frame_that_is_dim_everywhere_counts_less_for_every_joint() -> None:
    heights = np.array([[0.8, 0.8, 0.8], [0.8, 0.2, 0.2], [0.8, 0.8, 0.8]], np.float32)
    slips = np.zeros_like(heights)
    by_joint, by_frame = Trust(1, 0, 2).of(heights, slips), Trust(1, 3, 2).of(heights, slips)
    assert by_joint[1, 0] == by_joint[0, 0], "the first joint is as clear there as elsewhere"
    assert by_frame[1, 0] == pytest.approx(by_frame[0, 0] / 8), "but the frame gives it away"


def test_neighbours_behind_flow_that_does_not_come_back_are_not_believed() -> None:
    maps = [blob(30, 30, 0.8)] * 3 + [blob(30, 30, 0.9)] * 4
    astray, believed = (peaks(pooled(maps, 2, trust, lies=(3,)))[0][0] for trust in (TRUST, None))
    here = np.array([30, 30])
    assert np.linalg.norm(astray - here) <= np.linalg.norm(believed - here)
    scores = [peaks(pooled(maps, 2, trust, lies=(3,)))[1][0] for trust in (TRUST, None)]
    assert scores[0] > 0.7 > scores[1], "without the doubt they only thin out the peak"


def test_where_all_flow_is_bad_the_frame_itself_does_not_stand_alone() -> None:
    slips = np.array([[0.0], [5.0], [7.0], [6.0], [6.5]], np.float32)
    np.testing.assert_array_equal(beyond_nearest(slips)[:, 0], [0, 0, 2, 1, 1.5])


def test_a_frame_alone_has_nothing_to_be_compared_with() -> None:
    np.testing.assert_array_equal(beyond_nearest(np.zeros((1, 4), np.float32)), np.zeros((1, 4)))
    maps = [random_maps(np.random.default_rng(1), 2)]
    np.testing.assert_allclose(pooled(maps, 0, TRUST), pooled(maps, 0, None), atol=1e-6)


def test_a_joint_nobody_sees_is_nowhere() -> None:
    maps = [np.zeros((2, 64, 64), np.float32)] * 3
    answer = pooled(maps, 1, TRUST)
    assert np.isfinite(answer).all()
    assert answer.max() == 0


@pytest.mark.parametrize(("slip", "expected"), [(0.0, 1.0), (2.0, 0.25), (6.0, 1 / 16)])
def test_a_neighbour_that_slipped_by_the_scale_counts_a_quarter(slip: float, expected: float) -> None:
    heights = np.ones((3, 1), np.float32)
    slips = np.array([[0], [0], [slip]], np.float32)
    assert TRUST.of(heights, slips)[2, 0] == pytest.approx(expected)
