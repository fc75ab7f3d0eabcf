"""Find the weights that make the highest place of the pooled map the right one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.pooling.evidence import Evidence
from service.temporal.grid import HALF_WINDOW
from service.temporal.trust import SLIP_POWER, Trust
from service.temporal.weights import SIGMA_FRAMES

STEPS, BATCH, RATE = 300, 4096, 0.05
START_SIGMA = 3.0  # frames
SHARPNESS = 20.0  # of the soft pick: a place a tenth lower than the best has a seventh of its share
RADII = (0.05, 0.1, 0.2)  # of a hit, in box sides: as PCK is measured
EDGE = 0.25  # of a radius: how gradually a hit becomes a miss
ROUGHNESS = 1.0  # price of uneven weights, which let the joints shake
LEAST_HEIGHT = 1e-4  # logarithms end here


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learnt.

    Attributes
    ----------
    columns
        (31, G) float32: weights of each group of joints, the same before and after, each column of sum 1.
    trust
        For adaptive pooling, with the same weights.
    """

    columns: NDArray[np.float32]
    trust: Trust


class _Model(torch.nn.Module):
    """Weights as falls of their logits from one distance in time to the next; trust as logarithms."""

    def __init__(self, groups: int) -> None:
        super().__init__()
        distance = torch.arange(HALF_WINDOW, dtype=torch.float32)
        falls = (2 * distance + 1) / (2 * START_SIGMA**2)
        self.falls = torch.nn.Parameter(falls.expm1().log().repeat(groups, 1))
        self.trust = torch.nn.Parameter(torch.tensor([1.0, 1.0, 4.0]).log())

    def both_ways(self) -> Tensor:
        """(G, 31) logits that never rise with the distance in time."""
        after = -torch.nn.functional.softplus(self.falls).cumsum(1)
        return torch.cat([after.flip(1), torch.zeros_like(after[:, :1]), after], 1)

    def forward(self, data: _Tensors, adaptive: bool) -> Tensor:
        """(N, 31) weights of sum 1; zero for neighbours not met."""
        logits = self.both_ways()[data.group]
        if adaptive:
            joint, frame, slip = self.trust.exp()
            logits = logits + joint * data.log_height + frame * data.log_frame_height
            logits = logits - SLIP_POWER * torch.log1p(data.slip / slip)
        return torch.softmax(logits.masked_fill(~data.met, -torch.inf), 1)


@dataclass(frozen=True, slots=True)
class _Tensors:
    """Evidence, ready for a step; see :class:`Evidence`."""

    group: Tensor
    met: Tensor
    values: Tensor
    risk: Tensor
    log_height: Tensor
    log_frame_height: Tensor
    slip: Tensor
    share: Tensor

    def batch(self, chosen: Tensor) -> _Tensors:
        return _Tensors(*(getattr(self, name)[chosen] for name in self.__slots__))


def fit(
    evidence: Evidence,
    group_of_joint: NDArray[np.int64],
    steps: int = STEPS,
    seed: int = 0,
    done: Callable[[int], None] = lambda _: None,
) -> Fitted:
    """Minimise the expected miss of a soft pick of the highest place, parametric and adaptive together.

    Parameters
    ----------
    evidence
        Every group needs some.
    group_of_joint
        (K,) int64: joints of one group share their weights.
    steps, seed
        Of stochastic descent (Adam); the same seed gives the same weights.
    done
        Told after each step.

    Notes
    -----
    The papers' loss is the squared error of the pooled map. It rewards the height of the pooled map, not the
    place of its peak; here a pick counts by how far it lies from the label, as PCK does, averaged over its
    three usual radii. What network and labels mean differently by one joint, the median miss in undamaged
    video, is taken off first. Weights are the same for neighbours before and after and never rise with the
    distance; groups count alike.
    """
    model = _Model(int(group_of_joint.max()) + 1)
    data = _tensors(evidence, group_of_joint)
    random = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        chosen = torch.randint(len(evidence), (min(BATCH, len(evidence)),), generator=random)
        loss = _loss(model, data.batch(chosen))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        done(1)
    return _fitted(model)


def _loss(model: _Model, data: _Tensors) -> Tensor:
    return _miss(model(data, False), data) + _miss(model(data, True), data) + ROUGHNESS * _roughness(model)


def _miss(weights: Tensor, data: _Tensors) -> Tensor:
    """Expected risk of the soft pick."""
    pooled = torch.einsum("ncm,nm->nc", data.values, weights)
    relative = pooled / pooled.max(1, keepdim=True).values.clamp_min(LEAST_HEIGHT)
    pick = torch.softmax((SHARPNESS * relative).masked_fill(~data.met, -torch.inf), 1)
    return ((pick * data.risk).sum(1) * data.share).mean()


def _roughness(model: _Model) -> Tensor:
    """What weights make of errors that differ from frame to frame: the square of their second differences."""
    weights = torch.nn.functional.pad(torch.softmax(model.both_ways(), 1), (2, 2))
    return (weights.diff(n=2, dim=1) ** 2).sum(1).mean()


def _fitted(model: _Model) -> Fitted:
    with torch.no_grad():
        columns = torch.softmax(model.both_ways().double(), 1).T.numpy().astype(np.float32)
        joint, frame, slip = model.trust.exp().tolist()
    return Fitted(columns, Trust(round(joint, 3), round(frame, 3), round(slip, 3)))


def _tensors(evidence: Evidence, group_of_joint: NDArray[np.int64]) -> _Tensors:
    group = group_of_joint[evidence.joint]
    counts = np.bincount(group)
    share = len(group) / (np.count_nonzero(counts) * counts[group])
    return _Tensors(
        group=torch.from_numpy(group),
        met=torch.from_numpy(evidence.met),
        values=torch.from_numpy(evidence.values).float(),
        risk=_risk(torch.from_numpy(np.linalg.norm(without_bias(evidence), axis=2))),
        log_height=_log(evidence.heights),
        log_frame_height=_log(evidence.frame_heights),
        slip=torch.from_numpy(_beyond_nearest(evidence)),
        share=torch.from_numpy(share.astype(np.float32)),
    )


def _log(heights: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(heights).clamp_min(LEAST_HEIGHT).log()


def _risk(distance: Tensor) -> Tensor:
    """From 0, a hit within all radii, to 1."""
    edges = [torch.sigmoid((distance - radius) / (EDGE * radius)) for radius in RADII]
    return torch.stack(edges).mean(0)


def _beyond_nearest(evidence: Evidence) -> NDArray[np.float32]:
    """(N, 31): as `service.temporal.trust.beyond_nearest`, neighbours in rows by time."""
    others = np.where(evidence.met, evidence.slips, np.inf)
    others[:, HALF_WINDOW] = np.inf
    nearest = others.min(axis=1, keepdims=True)
    return np.maximum(evidence.slips - np.where(np.isinf(nearest), 0, nearest), 0).astype(np.float32)


def without_bias(evidence: Evidence) -> NDArray[np.float32]:
    """(N, 31, 2): misses less each joint's median miss in undamaged video, of the Gaussian's pick."""
    misses = evidence.misses.copy()
    picked = evidence.misses[np.arange(len(evidence)), _gaussian_pick(evidence)]
    for joint in np.unique(evidence.joint):
        of_joint = evidence.joint == joint
        if (of_joint & evidence.clean).any():
            misses[of_joint] -= np.median(picked[of_joint & evidence.clean], axis=0)
    return misses


def _gaussian_pick(evidence: Evidence) -> NDArray[np.int64]:
    distance = np.arange(-HALF_WINDOW, HALF_WINDOW + 1)
    weights = np.exp(-(distance**2) / (2 * SIGMA_FRAMES**2)) * evidence.met
    pooled = np.einsum("ncm,nm->nc", evidence.values.astype(np.float32), weights.astype(np.float32))
    return np.asarray(np.where(evidence.met, pooled, -1).argmax(axis=1))
