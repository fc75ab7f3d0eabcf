"""Recordings of blobs that move, for trainings that need no network and no video."""

from __future__ import annotations

import numpy as np

from models.warping.recording import FULL, Recording
from service.people.crop import Crop
from service.temporal.grid import CELLS, cell_to_input, input_to_cell

SIGMA = 2.0  # cells
STEP = 3.0  # cells a frame at most


def drawn(seed: int, frames: int = 22, joints: int = 2, moves: float = STEP) -> Recording:
    """Each joint goes to and fro on a line of its own; crops follow unsteadily, as those of a person."""
    rng = np.random.default_rng(seed)
    crops = [
        Crop((160 + rng.normal(0, 2), 120 + rng.normal(0, 2)), 128 * 1.05 ** rng.normal())
        for _ in range(frames)
    ]
    still = Crop((160, 120), 128)
    middle = np.linspace(16, 48, joints)[:, None] + rng.uniform(-4, 4, (joints, 2))
    way = rng.normal(size=(joints, 2))
    way *= moves / np.linalg.norm(way, axis=1, keepdims=True) / 0.3
    swing = np.sin(0.3 * np.arange(frames)[:, None, None] + rng.uniform(0, 6, (joints, 1)))
    points_cell = (middle + way * swing).astype(np.float32)
    points_frame = np.stack([still.to_frame(cell_to_input(each)) for each in points_cell])
    maps = [_blobs(input_to_cell(crop.to_input(at))) for crop, at in zip(crops, points_frame, strict=True)]
    return Recording(
        np.arange(frames),
        np.rint(np.stack(maps) * FULL).astype(np.uint8),
        np.array([(*crop.centre, crop.half_side, crop.angle) for crop in crops]),
        points_frame.astype(np.float32),
    )


def _blobs(points_cell: np.ndarray) -> np.ndarray:
    """(J, 64, 64) in [0, 1]."""
    cells = np.arange(CELLS)
    x, y = (np.exp(-((cells - points_cell[:, n, None]) ** 2) / (2 * SIGMA**2)) for n in (0, 1))
    return y[:, :, None] * x[:, None, :]
