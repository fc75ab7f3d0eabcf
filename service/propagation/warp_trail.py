"""The labels of one frame on their way through a video, warped by a network in hops of three frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.networks.warper import Warper
from service.people.crop import Crop
from service.propagation.labels import Target, Track
from service.propagation.trail import Strand, Trail
from service.temporal.grid import STRIDE, WARP_REACH, Heatmaps, Points, cell_to_input
from service.temporal.joints import peaks
from service.temporal.kernel import in_blocks
from service.warping.blobs import blobs
from service.warping.view import seen_from

FAINT = 0.05  # height below which a warped map shows nothing: the point stays where it was


@dataclass(frozen=True, slots=True)
class Look:
    """What the network saw of one object in one frame.

    Attributes
    ----------
    crop
        Where it looked.
    maps
        (J, 64, 64) float16 in [0, 1]: of the joints that the warper knows.
    """

    crop: Crop
    maps: NDArray[np.float16]


Looks: TypeAlias = Mapping[Track, Look]
"""What was seen in one frame, by object."""


@dataclass(frozen=True, slots=True)
class WarpTrail:
    """Labels that have come to a frame, and what was seen there: where the next hop starts.

    Attributes
    ----------
    frame
        Where they have come to.
    trail
        Their points there. Doubts, frame pixels, grow with each hop by the width of the warped peak divided
        by its height; the errors of hops add up as squares do.
    looks
        Of that frame.

    Notes
    -----
    As the paper says, Gaussians at the labels are warped by the difference of the two frames' heatmaps
    (section 3, "Pose Annotation Propagation"), three frames far at most. A frame farther away is reached in
    hops, each of which starts with new Gaussians where the last one led to: the network learnt to carry
    clear peaks, and nothing blurs on the way.
    """

    frame: int
    trail: Trail
    looks: Looks

    def to(self, frame: int, looks: Looks, warper: Warper) -> tuple[Trail, WarpTrail]:
        """Carry the labels to another frame.

        Parameters
        ----------
        frame
            Three frames away at most; going one way, frame by frame.
        looks
            Of that frame.

        Returns
        -------
        The labels there, and where the hop after starts: here until this one is as long as may be.
        """
        trail = self._hop(looks, warper)
        is_whole = abs(frame - self.frame) >= WARP_REACH
        return trail, WarpTrail(frame, trail, looks) if is_whole else self

    def _hop(self, looks: Looks, warper: Warper) -> Trail:
        strands = self.trail.strands()
        going = [t for t, s in strands.items() if s.target.known.any() and t in looks and t in self.looks]
        if going:
            pairs = [(self.looks[track], looks[track]) for track in going]
            here = np.stack([seen_from(a.crop, b.crop, b.maps.astype(np.float32)) for a, b in pairs])
            there = np.stack([a.maps.astype(np.float32) for a, _ in pairs])
            hops = [_Hop.of(strands[track], self.looks[track].crop, warper) for track in going]
            warped = warper.warp(here, there, np.stack([hop.carried for hop in hops]))
            landed = (hop.land(maps) for hop, maps in zip(hops, warped, strict=True))
            strands |= dict(zip(going, landed, strict=True))
        points = np.concatenate([strand.points for strand in strands.values()])
        doubt = np.concatenate([strand.doubt for strand in strands.values()])
        return replace(self.trail, points=points, doubt=doubt)


@dataclass(frozen=True, slots=True)
class _Hop:
    """One object's labels as maps: ``columns`` says which map each known point has."""

    strand: Strand
    crop: Crop
    columns: list[int]
    carried: Heatmaps

    @classmethod
    def of(cls, strand: Strand, crop: Crop, warper: Warper) -> _Hop:
        known = np.flatnonzero(strand.target.known).tolist()
        columns = [warper.names.index(strand.target.names[point]) for point in known]
        drawn = blobs(crop.to_input(strand.points[known]))
        carried = np.zeros((len(warper.names), *drawn.shape[1:]), np.float32)
        carried[columns] = drawn
        return cls(strand, crop, columns, carried)

    def land(self, warped: Heatmaps) -> Strand:
        """Move the points as the peaks of their maps have moved; those of maps left empty stay."""
        starts, before, _ = peaks(in_blocks(self.carried[self.columns]))
        ends, after, spread_cells = peaks(in_blocks(warped[self.columns]))
        moved = self._moved(starts, ends)
        height = after / np.maximum(before, FAINT)
        lost = (height < FAINT) | (before < FAINT)
        width_px = spread_cells * np.float32(STRIDE / self.crop.scale)
        grown = np.where(lost, self.crop.half_side, width_px / np.clip(height, FAINT, 1))
        known = self.strand.target.known
        points, doubt = self.strand.points.copy(), self.strand.doubt.copy()
        points[known] += np.where(lost[:, None], 0, moved)
        doubt[known] = np.hypot(doubt[known], grown)
        return replace(self.strand, points=points, doubt=doubt)

    def _moved(self, starts: Points, ends: Points) -> Points:
        """(P, 2) frame pixels from cells to cells of the crop."""
        here, there = (self.crop.to_frame(cell_to_input(cells)) for cells in (ends, starts))
        return np.asarray(here - there, np.float32)


def start(frame: int, targets: tuple[Target, ...], looks: Looks) -> WarpTrail:
    """The labels where they were made."""
    return WarpTrail(frame, Trail.start(frame, targets), looks)
