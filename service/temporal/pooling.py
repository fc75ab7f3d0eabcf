"""Warp the neighbours' heatmaps to one frame and pool them (Flowing ConvNets, section 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.temporal.grid import CELLS, HALF_WINDOW, cell_to_input
from service.temporal.kernel import blockwise_cells, follow_and_gather
from service.temporal.ring import FlowRing, MapRing, slot_of
from service.temporal.weights import PoolingWeights
from service.temporal.window import Walk, frame_interval_s, walk

Blocked: TypeAlias = NDArray[np.float32]
"""(K, 4096) float32: heatmaps block by block, the order of `kernel.blockwise_cells`."""

GRID_INPUT = cell_to_input(blockwise_cells())  # (4096, 2) input pixels of all cells, block by block

_STAY = np.array([-1], np.int64)  # a step without flow: the frame itself


@dataclass(frozen=True, slots=True)
class Pooled:
    """One person's pooled heatmaps in one frame.

    Attributes
    ----------
    maps
        (K, 4096) float32 in [0, 1], block by block, in the cells of the person's crop in that frame.
    frames
        How many frames took part, the frame itself included.
    """

    maps: Blocked
    frames: int


def pool(
    ring: FlowRing, person: MapRing, weights: PoolingWeights, frame: int, newest: int, window: int
) -> Pooled:
    """Pool the heatmaps of up to ``window`` neighbours on each side.

    Parameters
    ----------
    ring, person
        Flow and heatmaps of the last frames; flow up to ``newest`` must be there.
    weights
        The pooling method. The weights of those that take part are normalised to sum 1 for each joint.
    frame
        Running number of the output frame.
    newest
        The latest frame that may take part.
    window
        Neighbours on each side, 0..15.

    Raises
    ------
    ValueError
        When the person was not seen in ``frame``.
    """
    crop = person.crop(frame)
    if crop is None:
        raise ValueError(f"the person was not seen in frame {frame}")
    interval_s = frame_interval_s(ring, newest)
    behind = walk(ring, person, weights, frame, max(frame - window, 0), window, interval_s)
    ahead = walk(ring, person, weights, frame, newest, window, interval_s)
    own = weights.table[HALF_WINDOW]
    total = own + behind.total + ahead.total
    grid = crop.to_frame(GRID_INPUT)
    maps = np.zeros((person.joints, CELLS * CELLS), np.float32)
    itself = Walk(_STAY, np.array([slot_of(frame)], np.int64), own[None])
    for steps, flow in ((itself, ring.forward), (behind, ring.backward), (ahead, ring.forward)):
        if steps.met:
            _gather(ring, flow, person, steps, steps.weights / total, weights.keep_largest, grid, maps)
    return Pooled(maps, 1 + behind.met + ahead.met)


def _gather(
    ring: FlowRing,
    flow: NDArray[np.float32],
    person: MapRing,
    steps: Walk,
    weights: NDArray[np.float32],
    keep_largest: bool,
    grid: NDArray[np.float32],
    maps: Blocked,
) -> None:
    """Run the kernel along one walk from the grid of the output frame."""
    follow_and_gather(
        np.ascontiguousarray(grid[:, 0]),
        np.ascontiguousarray(grid[:, 1]),
        flow,
        ring.to_flow,
        steps.flow_slots,
        person.maps,
        person.tenants,
        person.to_cell,
        steps.map_slots,
        weights,
        keep_largest,
        maps,
    )
