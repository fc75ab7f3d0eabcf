from __future__ import annotations

import numpy as np
import pytest
import torch

from models.thin_slicing import ThinSlicing
from service.networks.upper7 import UPPER7
from service.refine.graph import body_of
from service.refine.kernel import HALF, halve
from service.refine.refiner import Refiner
from service.temporal.grid import CELLS
from tests.service.refine import plain


@pytest.mark.parametrize("hold", [0.4, 1e6])
def test_on_a_tree_messages_find_the_best_of_all_poses(hold: float) -> None:
    rng = np.random.default_rng(1)
    unary = rng.uniform(0, 1, (4, 3, 3)).astype(np.float32)
    springs = plain.random_springs(rng, plain.CHAIN, hold)
    with torch.no_grad():
        found = ThinSlicing(springs, rounds=2)(torch.from_numpy(unary)[None, None])[0].numpy()
    expected = plain.best_poses(unary.astype(np.float64), springs)
    np.testing.assert_allclose(plain.levelled(found), plain.levelled(expected), atol=1e-5)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (1, 1), (2, 0)])
def test_the_service_infers_the_same(before: int, after: int) -> None:
    rng = np.random.default_rng(2)
    springs = plain.random_springs(rng, body_of(UPPER7), 0.5)
    slices = rng.uniform(0, 1, (1 + before + after, 7, CELLS * CELLS)).astype(np.float32) ** 4
    served = Refiner(springs, UPPER7, 2).beliefs(slices, before, after)
    halved = np.empty((len(slices) * 7, HALF, HALF), np.float32)
    halve(slices.reshape(-1, CELLS * CELLS), halved)
    network = ThinSlicing(springs, before, after, cells_per_cell=CELLS / HALF)
    with torch.no_grad():
        beliefs = network(torch.from_numpy(halved.reshape(1, -1, 7, HALF, HALF)))
    np.testing.assert_allclose(beliefs[0].numpy(), served, atol=1e-5)


def test_training_moves_the_springs_towards_the_pose() -> None:
    body = body_of(UPPER7)
    springs = plain.random_springs(np.random.default_rng(3), body, 1e6)
    network = ThinSlicing(springs)
    maps = torch.zeros(1, 1, 7, 16, 16)
    places = torch.tensor([[3, 8], [6, 4], [6, 12], [9, 3], [9, 13], [12, 4], [12, 12]])
    maps[0, 0, torch.arange(7), places[:, 0], places[:, 1]] = 1
    optimiser = torch.optim.Adam(network.parameters(), 0.1)
    losses = []
    for _ in range(20):
        optimiser.zero_grad()
        loss = -network(maps)[0, torch.arange(7), places[:, 0], places[:, 1]].sum()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] - 1
    learnt = network.springs().table
    assert (learnt[:, [0, 1, 4]] > 0).all()
    one, other = body.edges[0]
    wanted = (places[other] - places[one]).flip(0).numpy()
    before = np.abs(springs.table[0, 2:4] - wanted).sum()
    assert np.abs(learnt[0, 2:4] - wanted).sum() < before
