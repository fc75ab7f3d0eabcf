"""Springs from labelled frames: first estimated from the labels alone, then trained on the hinge loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.slicing.harvest import Example
from models.slicing.loss import HingeLoss
from models.thin_slicing import ThinSlicing
from service.refine.graph import Body
from service.refine.kernel import HALF
from service.refine.springs import Springs
from service.temporal.grid import CELLS

SOFTNESS = 0.02  # heatmap value that one standard deviation from the mean pose costs
HOLD = 0.1  # heatmap value at which springs let go at first
TEMPORAL = (
    0.02,
    0.02,
    0.0,
    0.0,
    HOLD,
)  # a joint and itself after warping: 5 cells apart cost as much as a hold
NOTHING = 1e-6  # the hold of a spring between joints that are never labelled together
LEARNING_RATE = 0.03
BATCH = 8
REACHES = (0, 1)  # batches take turns: the body alone, and with one neighbour on each side
WIDTH = CELLS // HALF  # cells of the 64 x 64 grid for one of the examples'


def estimate(labels: NDArray[np.float32], known: NDArray[np.bool_], body: Body) -> Springs:
    """Springs as the labels alone suggest them.

    Parameters
    ----------
    labels
        (N, J, 2) float32, cells of the 64 x 64 grid, x then y.
    known
        (N, J) bool; edges known fewer than twice hold nothing.

    Returns
    -------
    Springs that rest at the mean displacement and are the stiffer the less it varies: one standard deviation
    costs ``SOFTNESS``.
    """
    spatial = [_spring(labels[known[:, a] & known[:, b]], a, b) for a, b in body.edges]
    return Springs(body, np.array([*spatial, *[TEMPORAL] * len(body.names)], np.float32))


def _spring(labels: NDArray[np.float32], one: int, other: int) -> tuple[float, ...]:
    if len(labels) < 2:
        return (SOFTNESS, SOFTNESS, 0.0, 0.0, NOTHING)
    moved = labels[:, other] - labels[:, one]
    stiffness = SOFTNESS / np.maximum(moved.var(axis=0), 1.0)
    return (*stiffness.tolist(), *moved.mean(axis=0).tolist(), HOLD)


def fit(
    springs: Springs, examples: Sequence[Example], steps: int, told: Callable[[float], None] = lambda _: None
) -> Springs:
    """Train springs on the hinge loss; the heatmaps stay as they are (the paper's independent training).

    Parameters
    ----------
    springs
        To begin with.
    steps
        Batches of 8.
    told
        The loss of every step.
    """
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    networks = [ThinSlicing(springs, reach, reach, cells_per_cell=WIDTH) for reach in REACHES]
    for network in networks[1:]:
        _share(networks[0], network)
    loss = HingeLoss(len(springs.body.names), cells_per_cell=WIDTH)
    optimiser = torch.optim.Adam([*networks[0].parameters(), *loss.parameters()], LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps)
    for step in range(steps):
        reach = REACHES[step % len(REACHES)]
        maps, labels, known = batch(random.choice(len(examples), BATCH), examples, reach)
        optimiser.zero_grad()
        missed = loss(networks[step % len(REACHES)](maps), labels, known)
        missed.backward()
        optimiser.step()
        schedule.step()
        told(missed.item())
    return networks[0].springs()


def batch(
    chosen: NDArray[np.int64], examples: Sequence[Example], reach: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Maps (N, 2 reach + 1, J, 32, 32), labels (N, J, 2) and who is known (N, J)."""
    picked = [examples[n] for n in chosen]
    half = (len(picked[0].maps) - 1) // 2
    frames = [0, *range(1, 1 + reach), *range(1 + half, 1 + half + reach)]
    maps = np.stack([example.maps[frames] for example in picked]).astype(np.float32)
    labels = np.stack([example.labels for example in picked])
    known = np.stack([example.valid for example in picked])
    return torch.from_numpy(maps), torch.from_numpy(labels), torch.from_numpy(known)


def _share(owner: ThinSlicing, borrower: ThinSlicing) -> None:
    for name, parameter in owner.named_parameters():
        setattr(borrower, name, parameter)
