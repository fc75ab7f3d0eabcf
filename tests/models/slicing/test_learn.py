from __future__ import annotations

import numpy as np

from models.slicing.harvest import Example
from models.slicing.learn import batch, estimate, fit
from service.refine.graph import body_of
from service.refine.kernel import HALF
from service.refine.springs import Springs
from tests.service.refine import plain

BODY = body_of(plain.STICKS)
POSE = np.array([[32, 8], [24, 20], [40, 20], [18, 32], [46, 32], [16, 44], [48, 44]], np.float32)


def examples(count: int) -> list[Example]:
    """Poses that vary, with a false hill for one joint each."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[0:HALF, 0:HALF] * 2 + 0.5
    made = []
    for _ in range(count):
        labels = (POSE + rng.normal(0, 2, POSE.shape)).astype(np.float32)
        maps = np.zeros((5, 7, HALF, HALF))
        for joint, (x, y) in enumerate(labels):
            maps[:, joint] = 0.7 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 8)
        made.append(Example(maps.astype(np.float16), labels, np.ones(7, bool), 40.0))
    return made


def estimated(made: list[Example]) -> Springs:
    labels, known = np.stack([each.labels for each in made]), np.stack([each.valid for each in made])
    return estimate(labels, known, BODY)


def test_joints_that_are_never_labelled_together_hold_nothing() -> None:
    labels, known = np.zeros((9, 7, 2), np.float32), np.ones((9, 7), bool)
    known[:, BODY.names.index("left_wrist")] = False
    springs = estimate(labels, known, BODY)
    holds = {edge: row[4] for edge, row in zip(BODY.edges, springs.table, strict=False)}
    assert {BODY.names.index("left_wrist") in edge for edge, hold in holds.items() if hold < 1e-3} == {True}
    assert sum(hold < 1e-3 for hold in holds.values()) == 2


def test_an_estimated_spring_rests_at_the_mean_and_is_softer_where_poses_vary() -> None:
    springs = estimated(examples(200))
    for (one, other), row in zip(BODY.edges, springs.table, strict=False):
        np.testing.assert_allclose(row[2:4], POSE[other] - POSE[one], atol=0.7)
        np.testing.assert_allclose(row[:2], 0.02 / 8, rtol=0.3)


def test_training_lowers_the_loss_and_keeps_springs_possible() -> None:
    made = examples(24)
    losses: list[float] = []
    springs = fit(estimated(made), made, 12, losses.append)
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    assert np.isfinite(springs.table).all()
    assert (springs.table[:, [0, 1, 4]] > 0).all()


def test_a_batch_has_the_nearest_neighbours_of_each_side() -> None:
    (example,) = examples(1)
    marked = example.maps.copy()
    marked[:] = np.arange(5)[:, None, None, None]
    made = Example(marked, example.labels, example.valid, example.side_cells)
    maps, _, _ = batch(np.array([0]), [made], 1)
    np.testing.assert_array_equal(maps[0, :, 0, 0, 0], [0, 1, 3])
