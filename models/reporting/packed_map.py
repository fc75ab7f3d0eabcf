"""Heatmaps small enough for a JSON file."""

from __future__ import annotations

import base64
import zlib

import numpy as np

from service.temporal.grid import CELLS, Heatmaps

LEVELS = 255  # of a byte


def pack(heatmap: Heatmaps) -> str:
    """Text of one (64, 64) map in [0, 1], to the nearest 255th: deflated bytes in base 64."""
    levels = np.round(np.clip(heatmap, 0, 1) * LEVELS).astype(np.uint8)
    return base64.b64encode(zlib.compress(levels.tobytes(), 9)).decode("ascii")


def unpack(text: str) -> Heatmaps:
    """The inverse of :func:`pack`."""
    levels = np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8)
    return levels.reshape(CELLS, CELLS).astype(np.float32) / np.float32(LEVELS)
