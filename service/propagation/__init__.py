"""Label propagation: labels on some frames of a video in, labels on every frame out.

Chained flow, as for heatmaps, but for points (the baseline of PoseWarper, Bertasius et al., NeurIPS 2019,
section 4.1). No network takes part, so that the points may be anything: joints, corners, a ball.
"""

from __future__ import annotations

from service.propagation.carried import Carried, CarriedFrame
from service.propagation.labels import Labels, Target
from service.propagation.method import Method, propagator_of
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
]
