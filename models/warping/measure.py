"""How well a PoseWarper carries maps and labels between the frames of held-out pairs."""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from models.posewarper import PoseWarper
from models.training.losses import map_error
from models.training.targets import gaussian_targets
from models.warping.aim import Aim, lesson
from models.warping.pairs import Pairs
from service.temporal.grid import CELL_OFFSET, CELLS, STRIDE

CHUNK = 16  # pairs at a time
NEAR = 0.05  # of the person's longer labelled side: a carried label is right


@dataclass(frozen=True, slots=True)
class WarpMeasured:
    """Warping beside doing nothing.

    Attributes
    ----------
    identity, warped
        Error of what is to be carried from B, as it is and warped to A; 1 for empty maps, see
        :func:`map_error`. The aim says what it is, so that trainings of different aims do not compare.
    copied, propagated
        Percent of A's labels that are within 5 % of the person's longer side of where B's labels are: put
        where they were, and carried from A to B as Gaussians (section 3, "Pose Annotation Propagation").

    Notes
    -----
    A carried label is put at the highest cell, as a copied one is, so both have the cell's half as error.
    """

    identity: float
    warped: float
    copied: float
    propagated: float

    def __str__(self) -> str:
        """One line for a terminal."""
        return (
            f"maps of the other frame: error {self.identity:.3f}, warped {self.warped:.3f}; labels within "
            f"{NEAR:.0%} of the body: copied {self.copied:.1f} %, propagated {self.propagated:.1f} %"
        )


def measure(network: PoseWarper, pairs: Pairs, aim: Aim = Aim.MOTION) -> WarpMeasured:
    """Measure on pairs whose frames both have labels; the network is left in evaluation mode."""
    network.eval()
    with torch.no_grad():
        starts = range(0, len(pairs.here), CHUNK)
        parts = [_outcome(network, pairs, aim, slice(start, start + CHUNK)) for start in starts]
    warped, copied, propagated = (torch.cat(each) for each in zip(*parts, strict=True))
    taught = lesson(pairs, aim)
    known = ~pairs.joints_here[..., 0].isnan() & ~pairs.joints_there[..., 0].isnan()
    return WarpMeasured(
        float(map_error(taught.there, taught.targets, taught.known)),
        float(map_error(warped, taught.targets, taught.known)),
        _hits(copied, pairs.joints_there, known),
        _hits(propagated, pairs.joints_there, known),
    )


def _outcome(network: PoseWarper, pairs: Pairs, aim: Aim, chosen: slice) -> tuple[Tensor, Tensor, Tensor]:
    """What is carried from B to A; A's labels copied and carried to B, input pixels; all on the CPU."""
    device = next(network.parameters()).device
    part = Pairs(*(getattr(pairs, each.name)[chosen] for each in fields(Pairs))).to(device)
    labels = gaussian_targets(part.joints_here)
    warped = network(part.here, part.there, lesson(part, aim).there)
    carried = network(part.there, part.here, labels)
    return warped.cpu(), highest(labels).cpu(), highest(carried).cpu()


def highest(maps: Tensor) -> Tensor:
    """(N, K, H, W) -> (N, K, 2) float, input pixels of the highest cells, x then y."""
    best = maps.flatten(2).argmax(dim=2)
    cells = torch.stack([best % maps.shape[-1], best // maps.shape[-1]], dim=-1)
    return cells * STRIDE + CELL_OFFSET


def _hits(found: Tensor, labels: Tensor, known: Tensor) -> float:
    """Percent of the known joints that are near."""
    low = labels.nan_to_num(torch.inf).amin(dim=1)
    high = labels.nan_to_num(-torch.inf).amax(dim=1)
    side = (high - low).amax(dim=1).clamp(1.0, STRIDE * CELLS)
    near = (found - labels).norm(dim=2) <= NEAR * side[:, None]
    return 100 * float((near & known).sum() / known.sum().clamp(min=1))
