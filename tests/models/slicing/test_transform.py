from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from models.slicing.transform import max_plus
from tests.service.refine import plain

SPRINGS = np.array(
    [
        [0.01, 0.3, 0, 0, 1e6],
        [0.05, 0.02, 2.3, -4.1, 1e6],
        [0.05, 0.02, 2.3, -4.1, 0.4],
        [0.2, 0.2, -20, 5, 1e6],
    ]
)


def scores(seed: int, size: int = 12) -> Tensor:
    return torch.from_numpy(np.random.default_rng(seed).uniform(0, 1, (2, len(SPRINGS), size, size)))


@pytest.mark.parametrize("dense", [False, True])
def test_a_message_is_the_best_over_all_pairs_of_cells(dense: bool) -> None:
    score = scores(0)
    messages = max_plus(score, torch.from_numpy(SPRINGS), dense).numpy()
    for n in range(2):
        for edge, spring in enumerate(SPRINGS):
            levelled = plain.levelled(score[n, edge].numpy())
            np.testing.assert_allclose(messages[n, edge], plain.max_plus(levelled, spring), atol=1e-12)


def test_gradients_are_those_of_finite_differences() -> None:
    # Random scores have no ties, where the maximum has no gradient.
    score, springs = scores(1, 6).requires_grad_(), torch.from_numpy(SPRINGS).requires_grad_()
    assert torch.autograd.gradcheck(max_plus, (score, springs), eps=1e-7, atol=1e-4)


def test_both_forms_have_the_same_gradients() -> None:
    gradients = []
    for dense in (False, True):
        score, springs = scores(2).requires_grad_(), torch.from_numpy(SPRINGS).requires_grad_()
        weights = torch.linspace(0, 1, score.numel(), dtype=torch.float64).reshape(score.shape)
        (max_plus(score, springs, dense) * weights).sum().backward()
        gradients.append((score.grad, springs.grad))
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other)


def test_the_winner_alone_gets_the_gradient() -> None:
    score = torch.zeros(1, 1, 5, 5)
    score[0, 0, 1, 3] = 1
    score.requires_grad_()
    message = max_plus(score, torch.tensor([[0.001, 0.001, 0, 0, 1e6]]))
    (gradient,) = torch.autograd.grad(message[0, 0, 4, 0] + score[0, 0, 1, 3] * 0, score)
    # The level is the winner, too: what the message gains from it, it loses.
    assert gradient.count_nonzero() == 0
