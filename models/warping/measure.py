"""How well a PoseWarper carries maps and labels between the frames of held-out pairs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from models.posewarper import PoseWarper
from models.training.losses import map_error
from models.training.targets import gaussian_targets
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
        Error of B's maps as they are, and warped to A; 1 for empty maps, see :func:`map_error`.
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


def measure(network: PoseWarper, pairs: Pairs) -> WarpMeasured:
    """Measure on pairs whose frames both have labels; the network is left in evaluation mode."""
    network.eval()
    with torch.no_grad():
        starts = range(0, len(pairs.here), CHUNK)
        parts = [_outcome(network, pairs, slice(start, start + CHUNK)) for start in starts]
    warped, copied, propagated = (torch.cat(each) for each in zip(*parts, strict=True))
    targets, known_here = gaussian_targets(pairs.joints_here), ~pairs.joints_here[..., 0].isnan()
    known = known_here & ~pairs.joints_there[..., 0].isnan()
    return WarpMeasured(
        float(map_error(pairs.there, targets, known_here)),
        float(map_error(warped, targets, known_here)),
        _hits(copied, pairs.joints_there, known),
        _hits(propagated, pairs.joints_there, known),
    )


def _outcome(network: PoseWarper, pairs: Pairs, chosen: slice) -> tuple[Tensor, Tensor, Tensor]:
    """B's maps warped to A; A's labels copied and carried to B, input pixels; all on the CPU."""
    device = next(network.parameters()).device
    here, there = pairs.here[chosen].to(device), pairs.there[chosen].to(device)
    labels = gaussian_targets(pairs.joints_here[chosen].to(device))
    warped, carried = network(here, there, there), network(there, here, labels)
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
