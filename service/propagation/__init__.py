"""Label propagation: labels on some frames of a video in, labels on every frame out.

By chained flow, as for heatmaps, but for points: no network takes part, and the points may be anything:
joints, corners, a ball. Or by PoseWarper (Bertasius et al., NeurIPS 2019, section 4.1), which looks at
people and carries their joints alone.
"""

from __future__ import annotations

from service.propagation.carried import Carried, CarriedFrame
from service.propagation.labels import Labels, Target
from service.propagation.method import Method, propagator_of, warping_for
from service.propagation.propagator import Propagator
from service.propagation.run import labels_of_video

__all__ = [
    "Carried",
    "CarriedFrame",
    "Labels",
    "Method",
    "Propagator",
    "Target",
    "labels_of_video",
    "propagator_of",
    "warping_for",
]
