"""Accuracy and calm of joints against labels: PCK, jitter, misses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

CROP_PX = 256  # side of the square in which jitter is stated: the network's input
CROP_MARGIN = 1.25  # half-side of the labelled crop / distance from the pelvis to the farthest joint

Joints: TypeAlias = NDArray[np.float32]
"""(T, J, 2) float32, frame pixels, x then y; NaN where nobody was found."""

Mask: TypeAlias = NDArray[np.bool_]
"""(T, J) bool, True where the label is to be trusted."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one clip, or several added up, counts.

    Attributes
    ----------
    errors
        (N, J) float32, distance to the label / longer side of the person's box in that frame; infinite where
        nobody was found, NaN where there is no valid label.
    shakes
        (M, J) float32, second differences, pixels of the labelled 256 crop; NaN where one of its three frames
        has no valid label or no person.
    label_shakes
        The same of the labels themselves.
    misses
        Frames in which nobody was found.
    """

    errors: NDArray[np.float32]
    shakes: NDArray[np.float32]
    label_shakes: NDArray[np.float32]
    misses: int

    @property
    def frames(self) -> int:
        """Number of labelled frames."""
        return len(self.errors)

    def pck(self, alpha: float) -> NDArray[np.float64]:
        """Percentage of labels hit, per joint.

        Parameters
        ----------
        alpha
            Radius of a hit / longer side of the upright box round the valid labels of that frame.

        Returns
        -------
        (J,) float64, 0..100; NaN for a joint that is never labelled.

        Notes
        -----
        PCK as Yang and Ramanan (TPAMI 2013) define it, with the box of the labelled person. A frame in which
        nobody was found counts every label of it as wrong.
        """
        labelled = ~np.isnan(self.errors)
        hits = (self.errors <= alpha) & labelled
        with np.errstate(invalid="ignore"):
            return np.asarray(100.0 * hits.sum(axis=0) / labelled.sum(axis=0), np.float64)

    @property
    def jitter(self) -> float:
        """Median second difference of all joints, pixels of the labelled 256 crop."""
        return _median(self.shakes)

    @property
    def label_jitter(self) -> float:
        """Jitter of the labels over the same frames and joints: real acceleration and the labeller's hand."""
        return _median(self.label_shakes)


def tally(found: Joints, labels: Joints, valid: Mask, half_side: float) -> Tally:
    """Compare the joints of one clip with its labels.

    Parameters
    ----------
    found, labels
        (T, J, 2) float32, frame pixels.
    valid
        (T, J) bool.
    half_side
        Of the clip's labelled crop, frame pixels; see :func:`labelled_half_side`.
    """
    missing = np.isnan(found).any(axis=(1, 2))
    distance = np.linalg.norm(found - labels, axis=2) / box_side(labels, valid)[:, None]
    distance[missing] = np.inf
    distance[~valid] = np.nan
    shakes = _second_difference(found, valid, half_side)
    label_shakes = np.where(np.isnan(shakes), np.nan, _second_difference(labels, valid, half_side))
    return Tally(distance.astype(np.float32), shakes, label_shakes.astype(np.float32), int(missing.sum()))


def total(tallies: Sequence[Tally]) -> Tally:
    """Add up clips; every labelled joint of every frame weighs the same."""
    return Tally(
        np.concatenate([part.errors for part in tallies]),
        np.concatenate([part.shakes for part in tallies]),
        np.concatenate([part.label_shakes for part in tallies]),
        sum(part.misses for part in tallies),
    )


def box_side(labels: Joints, valid: Mask) -> NDArray[np.float32]:
    """Longer side of the upright box round the valid labels of each frame.

    Returns
    -------
    (T,) float32, frame pixels, NaN for a frame without a valid label.
    """
    low = np.where(valid[..., None], labels, np.inf).min(axis=1)
    high = np.where(valid[..., None], labels, -np.inf).max(axis=1)
    side = np.maximum((high - low).max(axis=1), 1.0)
    return np.where(valid.any(axis=1), side, np.nan).astype(np.float32)


def labelled_half_side(labels: Joints, pelvis: NDArray[np.float32]) -> float:
    """Half-side of the crop that MediaPipe would cut with the labels' knowledge, one for the whole clip.

    Parameters
    ----------
    labels
        (T, J, 2), frame pixels, guessed ones outside the picture included: the body goes on there.
    pelvis
        (T, 2), frame pixels.

    Returns
    -------
    1.25 x the distance from the pelvis to the farthest joint, median over the frames; frame pixels.
    """
    farthest = np.linalg.norm(labels - pelvis[:, None], axis=2).max(axis=1)
    return CROP_MARGIN * float(np.median(farthest))


def _second_difference(joints: Joints, valid: Mask, half_side: float) -> NDArray[np.float32]:
    change = np.linalg.norm(joints[2:] - 2 * joints[1:-1] + joints[:-2], axis=2)
    change[~(valid[2:] & valid[1:-1] & valid[:-2])] = np.nan
    return np.asarray(change * CROP_PX / (2 * half_side), np.float32)


def _median(values: NDArray[np.float32]) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else float("nan")
