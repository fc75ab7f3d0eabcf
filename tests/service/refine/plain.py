"""Slow and plain versions of the messages, to hold the fast ones against."""

from __future__ import annotations

from itertools import product

import numpy as np

from service.networks.skeleton import Skeleton
from service.refine.graph import Body
from service.refine.springs import Springs

CHAIN = Body(("a", "b", "c", "d"), (0, 1, 2, 3), ((0, 1), (1, 2), (1, 3)))
"""A tree of four joints; its longest path has two edges."""

STICKS = Skeleton(
    "sticks",
    (
        *(f"{side}_{part}" for part in ("shoulder", "elbow", "wrist") for side in ("right", "left")),
        "nose",
        "tail",
    ),
    (),
    (),
)


def stretch(offset: np.ndarray, spring: np.ndarray) -> np.ndarray:
    """What a spring costs at target minus source, (..., 2) cells, x then y."""
    pulled = (spring[:2] * (offset - spring[2:4]) ** 2).sum(axis=-1)
    return np.minimum(pulled, spring[4])


def cells(size: int) -> np.ndarray:
    """(size², 2) all cells, x then y, row by row."""
    rows, columns = np.mgrid[0:size, 0:size]
    return np.stack([columns, rows], axis=-1).reshape(-1, 2)


def max_plus(score: np.ndarray, spring: np.ndarray) -> np.ndarray:
    """Every cell against every cell, in two dimensions."""
    places = cells(len(score))
    costs = stretch(places[:, None] - places[None], spring)
    return (score.reshape(-1)[None] - costs).max(axis=1).reshape(score.shape)


def best_poses(unary: np.ndarray, springs: Springs) -> np.ndarray:
    """(J, n, n) max-marginals: the best score of any whole pose with joint j in a cell, all poses tried."""
    joints, size = unary.shape[0], unary.shape[1]
    places = cells(size)
    best = np.full((joints, size * size), -np.inf)
    for pose in product(range(size * size), repeat=joints):
        score = sum(unary[j].reshape(-1)[place] for j, place in enumerate(pose))
        for spring, (one, other) in zip(springs.table, springs.body.edges, strict=False):
            score -= stretch(places[pose[other]] - places[pose[one]], spring)
        for j, place in enumerate(pose):
            best[j, place] = max(best[j, place], score)
    return best.reshape(unary.shape)


def random_springs(rng: np.random.Generator, body: Body, hold: float) -> Springs:
    """Springs of any kind; all let go at ``hold``."""
    count = len(body.edges) + len(body.names)
    table = rng.uniform([0.01, 0.01, -3, -3, hold], [0.2, 0.2, 3, 3, hold], (count, 5))
    return Springs(body, table.astype(np.float32))


def levelled(maps: np.ndarray) -> np.ndarray:
    """Each map's largest value brought to 0: a constant is nobody's business."""
    return maps - maps.max(axis=(-2, -1), keepdims=True)
