from __future__ import annotations

import numpy as np
import pytest

from service.refine.graph import unroll
from service.refine.kernel import NOWHERE, Wiring, max_plus, pass_messages
from service.refine.springs import Springs
from tests.service.refine import plain

GIVES, NEVER_GIVES = 0.4, 1e6


def message_of(score: np.ndarray, spring: np.ndarray) -> np.ndarray:
    size = len(score)
    lined = np.full((3 * size, size), NOWHERE, np.float32)
    lined[size : 2 * size] = score
    message = np.empty_like(score)
    max_plus(lined, spring, message)
    return message


def beliefs_of(unary: np.ndarray, springs: Springs, rounds: int) -> np.ndarray:
    graph = unroll(springs.body, 0, 0, rounds)
    wiring = Wiring(graph.source, graph.target, graph.reverse, springs.of_edges(graph), graph.needed)
    size = unary.shape[1]
    lined = np.full((3 * size, size), NOWHERE, np.float32)
    messages = np.zeros((2, len(graph.source), size, size), np.float32)
    scores = np.empty_like(unary)
    pass_messages(unary, wiring, lined, messages, scores)
    return scores


@pytest.mark.parametrize("hold", [GIVES, NEVER_GIVES])
@pytest.mark.parametrize("rest", [(0, 0), (2.3, -4.1), (-30, 5), (0.5, 15)])
@pytest.mark.parametrize("stiffness", [(0.01, 0.3), (0.002, 0.002)])
def test_a_message_is_the_best_over_all_pairs_of_cells(
    stiffness: tuple[float, float], rest: tuple[float, float], hold: float
) -> None:
    score = np.random.default_rng(0).uniform(0, 1, (16, 16)).astype(np.float32) ** 4
    score -= score.max()
    spring = np.array([*stiffness, *rest, hold], np.float32)
    expected = plain.max_plus(score.astype(np.float64), spring.astype(np.float64))
    np.testing.assert_allclose(message_of(score, spring), expected, atol=2e-5, rtol=1e-6)


@pytest.mark.parametrize("hold", [GIVES, NEVER_GIVES])
def test_on_a_tree_messages_find_the_best_of_all_poses(hold: float) -> None:
    rng = np.random.default_rng(1)
    unary = rng.uniform(0, 1, (4, 3, 3)).astype(np.float32)
    springs = plain.random_springs(rng, plain.CHAIN, hold)
    expected = plain.best_poses(unary.astype(np.float64), springs)
    found = beliefs_of(unary, springs, rounds=2)
    np.testing.assert_allclose(plain.levelled(found), plain.levelled(expected), atol=1e-5)


def test_one_round_less_than_the_tree_is_long_is_not_enough() -> None:
    rng = np.random.default_rng(1)
    unary = rng.uniform(0, 1, (4, 3, 3)).astype(np.float32)
    springs = plain.random_springs(rng, plain.CHAIN, NEVER_GIVES)
    expected = plain.best_poses(unary.astype(np.float64), springs)
    found = beliefs_of(unary, springs, rounds=1)
    assert np.abs(plain.levelled(found) - plain.levelled(expected)).max() > 0.01


def test_more_rounds_than_needed_change_nothing_on_a_tree() -> None:
    rng = np.random.default_rng(2)
    unary = rng.uniform(0, 1, (4, 8, 8)).astype(np.float32)
    springs = plain.random_springs(rng, plain.CHAIN, GIVES)
    enough, more = (plain.levelled(beliefs_of(unary, springs, rounds)) for rounds in (2, 5))
    np.testing.assert_allclose(more, enough, atol=1e-5)
