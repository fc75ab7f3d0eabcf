"""Upright boxes."""

from __future__ import annotations

from service.temporal.grid import Points

Box = tuple[float, float, float, float]
"""x, y, width, height in frame pixels, as COCO."""


def box_round(points: Points) -> Box:
    """Smallest box round (N, 2) points."""
    x0, y0 = points.min(axis=0).tolist()
    x1, y1 = points.max(axis=0).tolist()
    return x0, y0, x1 - x0, y1 - y0
