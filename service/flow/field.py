"""The flow field: dense motion between two adjacent frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""(H, W, 2) float32, x then y, flow pixels: the pixel at p moves to p + vectors[p]."""


@dataclass(frozen=True, slots=True)
class FlowPair:
    """Motion between frame t and frame t+1, both ways, on one small picture of the scene.

    Attributes
    ----------
    forward
        t -> t+1, (H, W, 2) float32, flow pixels.
    backward
        t+1 -> t, the same shape.
    to_flow
        (2, 3) float64: frame pixels -> flow pixels (the design's B_t), without rotation.
    """

    forward: Vectors
    backward: Vectors
    to_flow: NDArray[np.float64]
