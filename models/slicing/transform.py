"""The max-plus transform of maps by springs, in PyTorch (Thin-Slicing Networks, equation 4)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _Pull(torch.autograd.Function):
    """Along the last axis: pulled[i] = max over j of score[j] - stiffness (i - j - rest)².

    Differentiable by arg-max: what wins gets the gradient (section 3.3).
    """

    @staticmethod
    def forward(ctx: Any, score: Tensor, stiffness: Tensor, rest: Tensor) -> Tensor:
        """Pull (N, E, n, n) scores by the springs of (E,) edges; remember which cell won."""
        cost = _costs(score.shape[-1], stiffness, rest)
        pulled = score[..., :1] - cost[..., 0].unsqueeze(-2)
        winner = torch.zeros(pulled.shape, dtype=torch.uint8, device=score.device)
        # One source cell at a time: no memory for all pairs, and the same work.
        for j in range(1, score.shape[-1]):
            candidate = score[..., j : j + 1] - cost[..., j].unsqueeze(-2)
            wins = candidate > pulled
            pulled = torch.where(wins, candidate, pulled)
            winner[wins] = j
        ctx.save_for_backward(winner, stiffness, rest)
        return pulled

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Gradients of score, stiffness and rest: each pulled cell's goes to the cell that won it."""
        (gradient,) = gradients
        winner, stiffness, rest = ctx.saved_tensors
        source = winner.long()
        to_score = torch.zeros_like(gradient).scatter_add_(-1, source, gradient)
        place = torch.arange(gradient.shape[-1], device=gradient.device)
        stretch = place - source - rest[:, None, None]
        summed = (0, 2, 3)
        to_stiffness = -(gradient * stretch**2).sum(summed)
        to_rest = (2 * gradient * stretch).sum(summed) * stiffness
        return to_score, to_stiffness, to_rest


def _costs(size: int, stiffness: Tensor, rest: Tensor) -> Tensor:
    """(E, n, n): what it costs each spring to have its target in cell i and its source in cell j."""
    place = torch.arange(size, device=stiffness.device)
    stretch = place[:, None] - place[None, :] - rest[:, None, None]
    return stiffness[:, None, None] * stretch**2


def _pull_dense(score: Tensor, stiffness: Tensor, rest: Tensor) -> Tensor:
    """The same as one maximum over all pairs: what ONNX can say (ReduceMax)."""
    pairs = score.unsqueeze(-2) - _costs(score.shape[-1], stiffness, rest).unsqueeze(1)
    return pairs.amax(dim=-1)


def max_plus(score: Tensor, springs: Tensor, dense: bool = False) -> Tensor:
    """message(p) = max over q of score(q) - min(stretch(p - q), hold), exactly.

    Parameters
    ----------
    score
        (N, E, H, W) float32, one map for each directed edge.
    springs
        (E, 5) float32: stiffness in x and y (1 / cell²), rest in x and y (cells, target minus source), hold.
    dense
        All pairs at once, in operators that ONNX has: more memory, and ties share their gradient.

    Returns
    -------
    (N, E, H, W) float32 in [-hold, 0]: each message's score is first brought to a largest value of 0, the
    normalisation of section 5.2.

    Notes
    -----
    A quadratic spring parts into x and y, so the transform is two one-dimensional ones.
    """
    stiff_x, stiff_y, rest_x, rest_y, hold = springs.unbind(1)
    level = score - score.amax(dim=(-2, -1), keepdim=True)
    if dense:
        pulled = _pull_dense(_pull_dense(level, stiff_x, rest_x).mT, stiff_y, rest_y).mT
    else:
        across: Tensor = _Pull.apply(level, stiff_x, rest_x)  # type: ignore[no-untyped-call]
        down: Tensor = _Pull.apply(across.mT, stiff_y, rest_y)  # type: ignore[no-untyped-call]
        pulled = down.mT
    return torch.maximum(pulled, -hold[:, None, None])
