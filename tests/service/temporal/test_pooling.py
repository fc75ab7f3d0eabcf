from __future__ import annotations

import numpy as np
import pytest

from service.options import Pooling
from service.people.crop import Crop
from service.temporal.grid import CELLS
from service.temporal.joints import peaks
from service.temporal.kernel import unblock
from service.temporal.pooling import Pooler
from service.temporal.ring import FlowRing, MapRing
from service.temporal.weights import PoolingWeights, gaussian, weights_for
from tests.service.temporal.reference import random_maps, unlearnt

CROP = Crop((127.5, 127.5), 128)
ALONG_FLOW = [each for each in Pooling if each is not Pooling.POSEWARPER]


def ring_of(maps: list[np.ndarray]) -> tuple[FlowRing, MapRing]:
    """Frames with these maps, nothing moving."""
    ring, person = FlowRing(8), MapRing(len(maps[0]))
    for n, heatmaps in enumerate(maps):
        ring.open(n, n / 25, linked=n > 0)
        person.put(n, CROP, heatmaps)
    return ring, person


@pytest.mark.parametrize("pooling", ALONG_FLOW)
def test_one_frame_alone_pools_to_itself(pooling: Pooling) -> None:
    maps = random_maps(np.random.default_rng(0), 4)
    pooled = Pooler(weights_for(pooling, unlearnt(4)), 15).pool(*ring_of([maps]), 0, 0)
    assert pooled.frames == 1
    squares = unblock(pooled.maps)
    looked_at = squares > 0
    np.testing.assert_allclose(squares[looked_at], maps[looked_at], atol=1e-4)
    np.testing.assert_allclose(squares.max(axis=(1, 2)), maps.max(axis=(1, 2)), atol=1e-4)


@pytest.mark.parametrize("pooling", ALONG_FLOW)
def test_still_frames_pool_as_the_method_says(pooling: Pooling) -> None:
    rng = np.random.default_rng(1)
    base = random_maps(rng, 3)
    maps = [np.clip(base * rng.uniform(0.6, 1.0), 0, 1).astype(np.float32) for _ in range(9)]
    pooled = Pooler(weights_for(pooling, unlearnt(3)), 15).pool(*ring_of(maps), 4, 8)
    every = np.array(maps)
    table = gaussian(3)[15 - 4 : 15 + 5]
    heights = every.max(axis=(2, 3))
    trusted = table * heights * heights.mean(axis=1, keepdims=True)
    expected = {
        Pooling.NONE: maps[4],
        Pooling.SUM: every.mean(axis=0),
        Pooling.MAX: every.max(axis=0),
        Pooling.PARAMETRIC: np.einsum("nkij,nk->kij", every, table / table.sum(axis=0)),
        Pooling.ADAPTIVE: np.einsum("nkij,nk->kij", every, trusted / trusted.sum(axis=0)),
    }[pooling]
    squares = unblock(pooled.maps)
    looked_at = squares > 0
    np.testing.assert_allclose(squares[looked_at], expected[looked_at], atol=1e-4)
    np.testing.assert_array_equal(
        squares.reshape(3, -1).argmax(axis=1), expected.reshape(3, -1).argmax(axis=1)
    )
    assert pooled.frames == (1 if pooling is Pooling.NONE else 9)


@pytest.mark.parametrize("pooling", ALONG_FLOW)
def test_one_joint_can_be_pooled_in_all_cells(pooling: Pooling) -> None:
    maps = random_maps(np.random.default_rng(4), 3)
    frames = [maps * scale for scale in (0.5, 1.0, 0.8)]
    alone = Pooler(weights_for(pooling, unlearnt(3)), 15).pool(*ring_of(frames), 1, 2).maps.copy()
    pooled = Pooler(weights_for(pooling, unlearnt(3)), 15).pool(*ring_of(frames), 1, 2, whole=1).maps
    np.testing.assert_array_equal(pooled[[0, 2]], alone[[0, 2]])
    shape = unblock(pooled)[1]
    np.testing.assert_allclose(shape / shape.max(), maps[1] / maps[1].max(), atol=2e-4)


def test_a_blank_frame_is_filled_from_its_neighbours() -> None:
    maps = random_maps(np.random.default_rng(2), 3)
    frames = [maps] * 5
    frames[2] = np.zeros_like(maps)
    pooled = Pooler(weights_for(Pooling.PARAMETRIC, unlearnt(3)), 15).pool(*ring_of(frames), 2, 4)
    points, scores, _ = peaks(pooled.maps)
    alone, _, _ = peaks(Pooler(weights_for(Pooling.NONE, unlearnt(3)), 15).pool(*ring_of([maps]), 0, 0).maps)
    np.testing.assert_allclose(points, alone, atol=0.01)
    assert (scores > 0.05).all()


def test_weights_are_each_joints_own() -> None:
    first, second = np.zeros((2, 2, CELLS, CELLS), np.float32)
    first[:, 10, 10] = second[:, 50, 50] = 0.9
    table = np.zeros((31, 2), np.float32)
    table[15, 0], table[16, 1] = 1, 1
    pooled = Pooler(PoolingWeights(table), 15).pool(*ring_of([first, second]), 0, 1)
    points, _, _ = peaks(pooled.maps)
    np.testing.assert_allclose(points, [[10, 10], [50, 50]], atol=0.01)


def test_a_moving_crop_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    ring, person = FlowRing(8), MapRing(1)
    for n in range(7):
        crop = Crop(
            (127 + 9 * np.sin(n), 128 + 7 * np.cos(2 * n)), 128 * rng.uniform(0.8, 1.3), rng.normal(0, 0.3)
        )
        x, y = (crop.to_input(np.array([[140.0, 110.0]]))[0] - 1.5) / 4
        ring.open(n, n / 25, linked=n > 0)
        person.put(n, crop, np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 4)[None].astype(np.float32))
    for n in range(7):
        pooled = Pooler(weights_for(Pooling.SUM, unlearnt(1)), 15).pool(ring, person, n, 6)
        points, _, _ = peaks(pooled.maps)
        here = person.crop(n)
        assert here is not None
        np.testing.assert_allclose(here.to_frame(points * 4 + 1.5), [[140, 110]], atol=0.3)


def test_a_person_who_was_not_there_cannot_be_pooled() -> None:
    ring, person = ring_of([random_maps(np.random.default_rng(0), 2)])
    ring.open(1, 0.04, linked=True)
    with pytest.raises(ValueError, match="frame 1"):
        Pooler(weights_for(Pooling.SUM, unlearnt(2)), 15).pool(ring, person, 1, 1)
