"""Warp the neighbours' heatmaps to one frame and pool them (Flowing ConvNets, section 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.temporal.grid import CELLS, HALF_WINDOW, cell_to_input
from service.temporal.kernel import BLOCKS, blockwise_cells, bound, carry, pool_best_first
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
        (K, 4096) float32 in [0, 1], block by block, in the cells of the person's crop in that frame. Exact at
        each joint's peak and round it; zero where the map lies below its peak and nobody looked.
    frames
        How many frames took part, the frame itself included.
    """

    maps: Blocked
    frames: int


@dataclass(frozen=True, slots=True)
class _Landing:
    """Where the grid lies in the maps of all that take part; see `kernel.land`."""

    corner: NDArray[np.int32]
    share: NDArray[np.float32]
    reach: NDArray[np.int32]


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
    itself = Walk(_STAY, np.array([slot_of(frame)], np.int64), own[None])
    walks = (itself, behind, ahead)
    slots = np.concatenate([steps.map_slots[steps.map_slots >= 0] for steps in walks])
    table = np.concatenate([steps.weights[steps.map_slots >= 0] for steps in walks])
    table /= table.sum(axis=0)
    landing = _carry_all(ring, person, walks, crop.to_frame(GRID_INPUT), len(slots))
    maps = _search(person, slots, landing, table, weights.keep_largest)
    return Pooled(maps, len(slots))


def _carry_all(
    ring: FlowRing, person: MapRing, walks: tuple[Walk, Walk, Walk], grid: NDArray[np.float32], met: int
) -> _Landing:
    """Where the output frame's grid lies in all neighbours: itself, those behind, those ahead."""
    landing = _Landing(
        np.empty((met, CELLS * CELLS), np.int32),
        np.empty((met, 2, CELLS * CELLS), np.float32),
        np.empty((met, BLOCKS * BLOCKS, 4), np.int32),
    )
    first = 0
    for steps, flow in zip(walks, (ring.forward, ring.backward, ring.forward), strict=True):
        part = slice(first, first + steps.met)
        carry(
            np.ascontiguousarray(grid[:, 0]),
            np.ascontiguousarray(grid[:, 1]),
            flow,
            ring.to_flow,
            steps.flow_slots,
            person.to_cell,
            steps.map_slots,
            landing.corner[part],
            landing.share[part],
            landing.reach[part],
        )
        first += steps.met
    return landing


def _search(
    person: MapRing,
    slots: NDArray[np.int64],
    landing: _Landing,
    table: NDArray[np.float32],
    keep_largest: bool,
) -> Blocked:
    """Pooled maps, exact at each joint's peak and round it."""
    bounds = np.zeros((BLOCKS * BLOCKS, person.joints), np.float32)
    bound(person.tops, slots, landing.reach, table, keep_largest, bounds)
    maps = np.zeros((person.joints, CELLS * CELLS), np.float32)
    flat = person.maps.reshape(*person.maps.shape[:2], -1)
    pool_best_first(flat, slots, landing.corner, landing.share, table, keep_largest, bounds, maps)
    return maps
