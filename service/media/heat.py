"""Drawing heatmaps over a frame."""

from __future__ import annotations

import cv2
import numpy as np

from service.media.frame import Image
from service.temporal.pose import Heatmap

OPACITY = 0.7  # of a heatmap where it is 1; where it is 0 nothing is drawn
EDGE = 0.5  # cells reach half a cell beyond their centres


def draw_heat(image: Image, heatmap: Heatmap) -> None:
    """Draw a heatmap over a frame, in place: the higher a cell, the brighter and the less transparent.

    Parameters
    ----------
    image
        (H, W, 3) uint8 RGB.
    heatmap
        Of one joint; its map leads to pixels of `image`.
    """
    x0, y0, x1, y1 = _part(image, heatmap)
    if x0 >= x1 or y0 >= y1:
        return
    to_part = heatmap.to_frame - np.array([[0, 0, x0], [0, 0, y0]])
    values = np.clip(cv2.warpAffine(heatmap.values, to_part, (x1 - x0, y1 - y0)), 0, 1)
    colours = cv2.applyColorMap((values * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)[:, :, ::-1]
    opacity = OPACITY * values[:, :, None]
    part = image[y0:y1, x0:x1]
    part[:] = np.rint(part * (1 - opacity) + colours * opacity).astype(np.uint8)


def _part(image: Image, heatmap: Heatmap) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the part of the picture on which the heatmap lies."""
    rows, columns = heatmap.values.shape
    corners = [
        (x, y, 1.0) for x in (-EDGE, columns - EDGE) for y in (-EDGE, rows - EDGE)
    ] @ heatmap.to_frame.T
    left, top = np.floor(corners.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(corners.max(axis=0)).astype(int).tolist()
    height, width, _ = image.shape
    return max(0, left), max(0, top), min(width, right + 1), min(height, bottom + 1)
