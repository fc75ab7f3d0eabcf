"""How a network is trained: as the paper says, or as one would today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from torch import nn
from torch.optim import SGD, AdamW, Optimizer

from models.training.augment import MODERN, PAPER, Ranges

MakeOptimizer: TypeAlias = Callable[[Iterable[nn.Parameter], float], Optimizer]
"""Weights, learning rate -> optimiser."""

PAPER_DROPS = (80_000, 100_000)  # steps at which the rate becomes a tenth (Flowing ConvNets, section 3)
PAPER_STEPS = 120_000
WARM_UP = 300  # steps
EMA_DECAY = 0.999
WEIGHT_DECAY = 1e-3


class RecipeName(StrEnum):
    """The two recipes."""

    PAPER = "paper"
    MODERN = "modern"


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything about training that is not the network or the data.

    Attributes
    ----------
    rate
        Full learning rate.
    schedule
        Step -> part of the full rate, 0..1.
    optimizer
        How weights follow gradients.
    ema_decay
        Most decay of the running mean of the weights; 0 for no mean: the weights as they are.
    normalise
        Batch normalisation in the network.
    ranges
        Augmentation.
    steps
        Where the recipe ends; None when it is ended by a cool-down.
    """

    rate: float
    schedule: Callable[[int], float]
    optimizer: MakeOptimizer
    ema_decay: float
    normalise: bool
    ranges: Ranges
    steps: int | None = None


def paper_schedule(step: int) -> float:
    """1, a tenth from 80,000 steps on, a hundredth from 100,000."""
    return 0.1 ** sum(step >= drop for drop in PAPER_DROPS)


def warm_up(step: int) -> float:
    """Linear over the first steps, then 1 for as long as one likes."""
    return min(1.0, (step + 1) / WARM_UP)


def _momentum(weights: Iterable[nn.Parameter], rate: float) -> Optimizer:
    return SGD(weights, rate, momentum=0.95)


def _adam(weights: Iterable[nn.Parameter], rate: float) -> Optimizer:
    return AdamW(weights, rate, weight_decay=WEIGHT_DECAY)


RECIPES: Mapping[RecipeName, Recipe] = MappingProxyType(
    {
        # The paper's rate, 1e-8, belongs to its own scale of pixels and targets; the drops are as it says.
        RecipeName.PAPER: Recipe(2e-3, paper_schedule, _momentum, 0.0, False, PAPER, PAPER_STEPS),
        RecipeName.MODERN: Recipe(2e-3, warm_up, _adam, EMA_DECAY, True, MODERN),
    }
)


def cool_down(since: int, steps: int, step: int) -> float:
    """What a cool-down multiplies the rate by: from 1 at its start to almost 0 at its end."""
    return max(0.0, 1 - (step - since) / steps)
