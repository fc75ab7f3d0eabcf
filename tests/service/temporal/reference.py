"""Slow and plain versions of the hot kernel, to hold it against."""

from __future__ import annotations

import numpy as np

from service.networks.skeleton import Skeleton
from service.temporal.grid import CELLS


def bilinear(field: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Sample (H, W, ...) at points, clamped to the border."""
    height, width = field.shape[:2]
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    x0, y0 = np.minimum(x.astype(int), width - 2), np.minimum(y.astype(int), height - 2)
    a, b = (x - x0)[(...,) + (None,) * (field.ndim - 2)], (y - y0)[(...,) + (None,) * (field.ndim - 2)]
    upper = (1 - a) * field[y0, x0] + a * field[y0, x0 + 1]
    lower = (1 - a) * field[y0 + 1, x0] + a * field[y0 + 1, x0 + 1]
    return (1 - b) * upper + b * lower


def sample_map(heatmap: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Sample a (64, 64) map at cells; zero outside."""
    padded = np.pad(heatmap, 1)
    return bilinear(padded, np.clip(x, -1, CELLS) + 1, np.clip(y, -1, CELLS) + 1)


def follow(points: np.ndarray, vectors: np.ndarray, to_flow: np.ndarray) -> np.ndarray:
    """Move (N, 2) frame points along one field."""
    scale, offset = np.diag(to_flow[:, :2]), to_flow[:, 2]
    at = points * scale + offset
    return points + bilinear(vectors.astype(np.float64), at[:, 0], at[:, 1]) / scale


def random_maps(rng: np.random.Generator, joints: int) -> np.ndarray:
    """(K, 64, 64) float32 maps of a few soft blobs on a low, uneven floor."""
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    maps = rng.uniform(0, 0.03, (joints, CELLS, CELLS))
    for k in range(joints):
        for _ in range(rng.integers(1, 4)):
            x, y, sigma, top = rng.uniform([0, 0, 1, 0.1], [63, 63, 3, 0.9])
            maps[k] += top * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))
    return np.clip(maps, 0, 1).astype(np.float32)


def unlearnt(joints: int) -> Skeleton:
    """A skeleton for which no weights were learnt."""
    return Skeleton("unlearnt", tuple(f"joint_{k}" for k in range(joints)), (), ())
