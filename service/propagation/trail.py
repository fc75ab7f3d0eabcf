"""The labelled points of one frame on their way through the video."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.flow.field import FlowPair, Vectors
from service.propagation.labels import Target, Track
from service.temporal.grid import Points
from service.temporal.kernel import advance

STEP_DOUBT = 0.5  # flow pixels a frame that no consistency shows; chosen on JHMDB, every 7th frame labelled


@dataclass(frozen=True, slots=True)
class Strand:
    """One target of a trail, where it has come to.

    Attributes
    ----------
    target
        As labelled.
    label
        The labelled frame.
    points
        (K, 2) float32, frame pixels, x then y.
    doubt
        (K,) float32, frame pixels: grows with each frame by how much flow there and back disagree.
    """

    target: Target
    label: int
    points: Points
    doubt: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trail:
    """All targets of one labelled frame, carried some frames away.

    Attributes
    ----------
    label
        The labelled frame.
    targets
        On it.
    points
        (P, 2) float32, frame pixels: the targets' points, one target after the other.
    doubt
        (P,) float32, frame pixels.
    """

    label: int
    targets: tuple[Target, ...]
    points: Points
    doubt: NDArray[np.float32]

    @classmethod
    def start(cls, label: int, targets: tuple[Target, ...]) -> Trail:
        """The labels where they were made."""
        points = np.concatenate([target.points for target in targets]).astype(np.float32)
        return cls(label, targets, points, np.zeros(len(points), np.float32))

    def forward(self, pair: FlowPair) -> Trail:
        """Carried from the first of a pair's frames to the second."""
        return self._carried(pair.forward, pair.backward, pair)

    def backward(self, pair: FlowPair) -> Trail:
        """Carried from the second of a pair's frames to the first."""
        return self._carried(pair.backward, pair.forward, pair)

    def strands(self) -> dict[Track, Strand]:
        """Each target's part, by track."""
        parts: dict[Track, Strand] = {}
        start = 0
        for target in self.targets:
            end = start + len(target.points)
            parts[target.track] = Strand(target, self.label, self.points[start:end], self.doubt[start:end])
            start = end
        return parts

    def _carried(self, there: Vectors, back: Vectors, pair: FlowPair) -> Trail:
        to_flow = _coefficients(pair)
        moved = _moved(self.points, there, to_flow)
        slip = np.linalg.norm(_moved(moved, back, to_flow) - self.points, axis=1)
        frame_px = 1.0 / float(np.sqrt(to_flow[0] * to_flow[1]))  # in a flow pixel
        doubt = self.doubt + slip + np.float32(STEP_DOUBT * frame_px)
        return replace(self, points=moved, doubt=doubt.astype(np.float32))


def _moved(points: Points, vectors: Vectors, to_flow: NDArray[np.float32]) -> Points:
    xs, ys = points[:, 0].copy(), points[:, 1].copy()
    advance(xs, ys, np.ascontiguousarray(vectors), to_flow)
    return np.stack([xs, ys], axis=1)


def _coefficients(pair: FlowPair) -> NDArray[np.float32]:
    """The map to flow pixels as the kernel takes it."""
    height, width = pair.forward.shape[:2]
    map_ = pair.to_flow
    return np.array([map_[0, 0], map_[1, 1], map_[0, 2], map_[1, 2], width, height], np.float32)
