"""Joints carried to frames without labels, with how sure they are, against the labels of those frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation.metrics import Tally, total


@dataclass(frozen=True, slots=True)
class CarriedScore:
    """What one clip, or several added up, counts.

    Attributes
    ----------
    tally
        How far the joints are off.
    scores
        (N, J) float32, how sure each is, larger for surer; any scale. N and J as in `tally.errors`.
    """

    tally: Tally
    scores: NDArray[np.float32]

    def average_precision(self, alpha: float) -> NDArray[np.float64]:
        """Average precision per joint: whether the surest joints are the right ones, and how many are.

        Parameters
        ----------
        alpha
            As for :meth:`Tally.pck`.

        Returns
        -------
        (J,) float64, 0..100; NaN for a joint that is never labelled.

        Notes
        -----
        As PoseTrack counts (Andriluka et al., CVPR 2018, section 4), with the radius above in place of half a
        head: the joints are sorted by their scores, and precision is taken at every hit and averaged over all
        labels.
        """
        return np.array([self._of_joint(joint, alpha) for joint in range(self.scores.shape[1])])

    def _of_joint(self, joint: int, alpha: float) -> float:
        errors = self.tally.errors[:, joint]
        labelled = np.flatnonzero(~np.isnan(errors))
        if not labelled.size:
            return float("nan")
        order = labelled[np.argsort(-self.scores[labelled, joint], kind="stable")]
        hits = errors[order] <= alpha
        precision = hits.cumsum() / np.arange(1, len(hits) + 1)
        return float(100 * precision[hits].sum() / len(hits))


def together(parts: Sequence[CarriedScore]) -> CarriedScore:
    """Add up clips; every labelled joint of every frame weighs the same."""
    return CarriedScore(
        total([part.tally for part in parts]), np.concatenate([part.scores for part in parts])
    )
