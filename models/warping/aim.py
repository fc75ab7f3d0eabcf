"""What a PoseWarper is taught: motion alone, or also what a network's joints are off labels by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import Tensor

from models.training.targets import gaussian_targets
from models.warping.deformable import sample
from models.warping.pairs import Pairs

MOST_OFF = 4.0  # cells; a network that is farther off its label has found something else


class Aim(StrEnum):
    """Which maps of B are to become Gaussians at A's labels."""

    MOTION = "motion"  # Gaussians at B's labels
    SHIFTED = "shifted"  # the network's, shifted by what its maps of A are off A's labels by
    LABELS = "labels"  # the network's as they are: the paper's (section 3)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a step is about, N pairs.

    Attributes
    ----------
    there
        (N, J, 64, 64) float: maps of B, to be carried to A.
    here
        (N, J, 64, 64) float: maps of A, which cycle consistency carries to B and back.
    targets
        (N, J, 64, 64) float: what both should become.
    known
        (N, J) bool: the joints that count.
    """

    there: Tensor
    here: Tensor
    targets: Tensor
    known: Tensor


def lesson(pairs: Pairs, aim: Aim) -> Lesson:
    """Make a lesson of pairs.

    Notes
    -----
    The paper trains its backbone on the very labels, so that maps of B that are carried to A's labels have
    gone the way that the body went. A network that was trained on other labels puts its joints elsewhere:
    BlazePose 1.1 to 1.5 cells off JHMDB's. To carry its maps to labels is to learn that offset beside the
    motion, which frame after frame is about as large, and when labels are propagated, which start where they
    should, the offset is added to them.

    ``motion`` leaves nothing to learn but motion: labels of B become labels of A, as when they are
    propagated. It needs labels of both frames. ``shifted`` needs those of A alone, as the paper does: the
    network's error in A is taken from its maps of B. What error the two frames do not share is then taught
    as motion.
    """
    targets, known = gaussian_targets(pairs.joints_here), ~pairs.joints_here[..., 0].isnan()
    match aim:
        case Aim.LABELS:
            return Lesson(pairs.there, pairs.here, targets, known)
        case Aim.SHIFTED:
            off = pairs.off.nan_to_num(0)
            there, here = (shifted(each, off) for each in (pairs.there, pairs.here))
            return Lesson(there, here, targets, known & (off.norm(dim=2) <= MOST_OFF))
        case Aim.MOTION:
            labels = gaussian_targets(pairs.joints_there)
            return Lesson(labels, targets, targets, known & ~pairs.joints_there[..., 0].isnan())


def shifted(maps: Tensor, by: Tensor) -> Tensor:
    """Move each map by its own way.

    Parameters
    ----------
    maps
        (N, J, H, W) float.
    by
        (N, J, 2) float, cells, x then y.

    Returns
    -------
    (N, J, H, W) float, bilinear; 0 comes in from outside.
    """
    count, joints, height, width = maps.shape
    y, x = torch.meshgrid(
        torch.arange(height, dtype=maps.dtype, device=maps.device),
        torch.arange(width, dtype=maps.dtype, device=maps.device),
        indexing="ij",
    )
    places = torch.stack([x, y], dim=-1) - by.reshape(count * joints, 1, 1, 2)
    return sample(maps.reshape(count * joints, 1, height, width), places).reshape(maps.shape)
