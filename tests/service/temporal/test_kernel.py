from __future__ import annotations

import numpy as np
import pytest

from service.temporal.grid import CELLS
from service.temporal.kernel import (
    BLOCKS,
    FULL,
    PADDED,
    RIMMED,
    Landing,
    Rings,
    Route,
    advance,
    blockwise_cells,
    bound,
    pool_best_first,
    store,
    unblock,
)
from tests.service.temporal.reference import bilinear, follow, random_maps, sample_map

JOINTS, NEIGHBOURS = 5, 4


def test_blockwise_order_and_back_is_the_plain_order() -> None:
    cells = blockwise_cells()
    maps = np.stack([cells[:, 0], cells[:, 1]])
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    np.testing.assert_array_equal(unblock(maps), np.stack([columns, rows]))


def test_store_keeps_values_and_the_top_round_each_block() -> None:
    maps = random_maps(np.random.default_rng(0), JOINTS)
    padded = np.zeros((JOINTS, PADDED * PADDED), np.uint16)
    tops = np.zeros((RIMMED, RIMMED, JOINTS), np.float32)
    store(maps, padded, tops)
    squares = padded.reshape(JOINTS, PADDED, PADDED)
    np.testing.assert_allclose(squares[:, 1:-1, 1:-1] / FULL, maps, atol=1e-5)
    assert squares[:, 0].sum() == squares[:, :, -1].sum() == 0
    single = maps.reshape(JOINTS, BLOCKS, 4, BLOCKS, 4).max(axis=(2, 4))
    round_it = np.lib.stride_tricks.sliding_window_view(
        np.pad(single, ((0, 0), (2, 2), (2, 2))), (3, 3), (1, 2)
    )
    np.testing.assert_array_equal(tops, round_it.max(axis=(3, 4)).transpose(1, 2, 0))


def test_advance_samples_the_flow_between_its_pixels_and_in_its_own_scale() -> None:
    rng = np.random.default_rng(1)
    room = np.full((64, 64, 2), 99.0, np.float32)  # what lies outside the part in use must not be read
    room[:40, :50] = vectors = rng.normal(0, 3, (40, 50, 2)).astype(np.float32)
    to_flow = np.array([[0.5, 0, 3.0], [0, 0.4, -2.0]])
    points = rng.uniform(-20, 130, (300, 2)).astype(np.float32)
    xs, ys = points[:, 0].copy(), points[:, 1].copy()
    advance(xs, ys, room, np.array([0.5, 0.4, 3.0, -2.0, 50, 40], np.float32))
    expected = follow(points.astype(np.float64), vectors, to_flow)
    np.testing.assert_allclose(np.stack([xs, ys], axis=1), expected, atol=0.02)


def test_points_outside_the_flow_keep_the_motion_of_its_border() -> None:
    vectors = np.zeros((8, 8, 2), np.float32)
    vectors[:, -1] = 2.0
    xs, ys = np.array([500.0], np.float32), np.array([3.0], np.float32)
    advance(xs, ys, vectors, np.array([1, 1, 0, 0, 8, 8], np.float32))
    np.testing.assert_allclose([xs[0], ys[0]], [502, 5], atol=0.01)


def _scene(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Maps of several neighbours, and where a grid lies in each: turned, scaled, partly outside."""
    maps = np.stack([random_maps(rng, JOINTS) for _ in range(NEIGHBOURS)])
    grid = blockwise_cells().astype(np.float64)
    turned = []
    for _ in range(NEIGHBOURS):
        angle, scale = rng.normal(0, 0.3), rng.uniform(0.7, 1.4)
        turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        turned.append(np.hstack([turn, rng.normal(0, 8, (2, 1))]))
    to_cell = np.array(turned, np.float32)
    return maps, grid, to_cell


def _rings(maps: np.ndarray, to_cell: np.ndarray) -> Rings:
    padded = np.zeros((NEIGHBOURS, JOINTS, PADDED * PADDED), np.uint16)
    tops = np.zeros((NEIGHBOURS, RIMMED, RIMMED, JOINTS), np.float32)
    for m in range(NEIGHBOURS):
        store(maps[m], padded[m], tops[m])
    no_flow = np.zeros((2, 1, 2, 2, 2), np.float32), np.zeros((1, 6), np.float32)
    return Rings(*no_flow, padded, tops, to_cell)


def _route(weights: np.ndarray) -> Route:
    every = np.arange(NEIGHBOURS)
    return Route(every == 0, 0 * every, -1 + 0 * every, every, weights)


def _pooled(rings: Rings, weights: np.ndarray, keep_largest: bool) -> tuple[np.ndarray, np.ndarray, int]:
    """Bounds, pooled maps, and how many blocks were looked at."""
    route = _route(weights)
    grid = blockwise_cells()
    centres = grid.reshape(BLOCKS * BLOCKS, -1, 2).mean(axis=1)
    bounds = np.zeros((BLOCKS * BLOCKS, JOINTS), np.float32)
    bound(rings, route, *np.ascontiguousarray(centres.T), keep_largest, bounds)
    landing = Landing(
        np.arange(NEIGHBOURS),
        np.empty((NEIGHBOURS, CELLS * CELLS), np.int32),
        np.empty((NEIGHBOURS, 2, CELLS * CELLS), np.float32),
        np.zeros(BLOCKS * BLOCKS, bool),
    )
    pooled = np.zeros((JOINTS, CELLS * CELLS), np.float32)
    used = bounds.copy()
    blocks = pool_best_first(rings, route, *np.ascontiguousarray(grid.T), keep_largest, used, landing, pooled)
    return bounds, pooled, blocks


def _brute_force(
    maps: np.ndarray, grid: np.ndarray, to_cell: np.ndarray, weights: np.ndarray, keep_largest: bool
) -> np.ndarray:
    warped = np.zeros((NEIGHBOURS, JOINTS, CELLS * CELLS))
    for m in range(NEIGHBOURS):
        at = grid @ to_cell[m][:, :2].T + to_cell[m][:, 2]
        for k in range(JOINTS):
            warped[m, k] = sample_map(maps[m, k], at[:, 0], at[:, 1])
    return warped.max(axis=0) if keep_largest else np.einsum("mkn,mk->kn", warped, weights)


@pytest.mark.parametrize("keep_largest", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_best_first_finds_the_peaks_of_brute_force(seed: int, keep_largest: bool) -> None:
    rng = np.random.default_rng(seed)
    maps, grid, to_cell = _scene(rng)
    weights = rng.dirichlet(np.ones(NEIGHBOURS), JOINTS).T.astype(np.float32)
    bounds, pooled, blocks = _pooled(_rings(maps, to_cell), weights, keep_largest)
    expected = _brute_force(maps, grid, to_cell, weights, keep_largest)
    assert (bounds.T.repeat(16, axis=1) >= expected - 1e-4).all(), "a bound lies below what it bounds"
    assert blocks < JOINTS * BLOCKS * BLOCKS / 2, "it looked nearly everywhere"
    looked_at = pooled > 0
    np.testing.assert_allclose(pooled[looked_at], expected[looked_at], atol=1e-4)
    np.testing.assert_allclose(pooled.max(axis=1), expected.max(axis=1), atol=1e-4)
    np.testing.assert_array_equal(pooled.argmax(axis=1), expected.argmax(axis=1))


def test_maps_without_anything_in_them_pool_to_nothing() -> None:
    rng = np.random.default_rng(0)
    maps, _, to_cell = _scene(rng)
    weights = np.full((NEIGHBOURS, JOINTS), 0.25, np.float32)
    _, pooled, _ = _pooled(_rings(np.zeros_like(maps), to_cell), weights, False)
    assert pooled.max() == 0


def test_the_reference_itself_is_bilinear() -> None:
    ramp = np.add.outer(np.arange(5.0), 10 * np.arange(6.0))
    np.testing.assert_allclose(bilinear(ramp, np.array([2.25]), np.array([1.5])), [24.0])
