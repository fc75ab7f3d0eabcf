"""Warp the neighbours' heatmaps to one frame and pool them (Flowing ConvNets, section 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.temporal.grid import CELLS, HALF_WINDOW, cell_to_input
from service.temporal.kernel import BLOCKS, blockwise_cells, bound, carry, pool_best_first
from service.temporal.ring import WINDOW, FlowRing, MapRing, slot_of
from service.temporal.weights import PoolingWeights
from service.temporal.window import Walk, walk

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


class Pooler:
    """Pools with one method; keeps its working memory, so it serves one thread at a time.

    Parameters
    ----------
    weights
        The pooling method. The weights of those that take part are normalised to sum 1 for each joint.
    window
        Neighbours on each side, 0..15.
    """

    def __init__(self, weights: PoolingWeights, window: int) -> None:
        joints = weights.table.shape[1]
        self._weights = weights
        self._window = window
        self._corner = np.empty((WINDOW, CELLS * CELLS), np.int32)
        self._share = np.empty((WINDOW, 2, CELLS * CELLS), np.float32)
        self._reach = np.empty((WINDOW, BLOCKS * BLOCKS, 4), np.int32)
        self._bounds = np.empty((BLOCKS * BLOCKS, joints), np.float32)
        self._maps = np.empty((joints, CELLS * CELLS), np.float32)

    def pool(self, ring: FlowRing, person: MapRing, frame: int, newest: int) -> Pooled:
        """Pool the heatmaps of one person's neighbours in time.

        Parameters
        ----------
        ring, person
            Flow and heatmaps of the last frames; flow up to ``newest`` must be there.
        frame
            Running number of the output frame.
        newest
            The latest frame that may take part.

        Returns
        -------
        Maps that hold until the next call.

        Raises
        ------
        ValueError
            When the person was not seen in ``frame``.
        """
        crop = person.crop(frame)
        if crop is None:
            raise ValueError(f"the person was not seen in frame {frame}")
        interval_s = float(ring.interval_s[slot_of(newest)])
        ends = max(frame - self._window, 0), newest
        behind, ahead = (
            walk(ring, person, self._weights, frame, end, self._window, interval_s) for end in ends
        )
        itself = Walk(_STAY, np.array([slot_of(frame)], np.int64), self._weights.table[HALF_WINDOW][None])
        slots = np.concatenate([steps.met_slots for steps in (itself, behind, ahead)])
        table = np.concatenate([steps.met_weights for steps in (itself, behind, ahead)])
        table /= table.sum(axis=0)
        grid = crop.to_frame(GRID_INPUT)
        self._carry(ring.forward, ring, person, itself, grid, 0)
        self._carry(ring.backward, ring, person, behind, grid, 1)
        self._carry(ring.forward, ring, person, ahead, grid, 1 + len(behind.met_slots))
        return Pooled(self._search(person, slots, table), len(slots))

    def _carry(
        self,
        flow: NDArray[np.float32],
        ring: FlowRing,
        person: MapRing,
        steps: Walk,
        grid: NDArray[np.float32],
        first: int,
    ) -> None:
        """Note where the output frame's grid lies in the neighbours along one walk, from row ``first`` on."""
        xs, ys = np.ascontiguousarray(grid.T)
        carry(
            xs,
            ys,
            flow,
            ring.to_flow,
            steps.flow_slots,
            person.to_cell,
            steps.map_slots,
            self._corner[first:],
            self._share[first:],
            self._reach[first:],
        )

    def _search(self, person: MapRing, slots: NDArray[np.int64], table: NDArray[np.float32]) -> Blocked:
        """Pooled maps, exact at each joint's peak and round it."""
        largest = self._weights.keep_largest
        self._bounds.fill(0)
        bound(person.tops, slots, self._reach, table, largest, self._bounds)
        self._maps.fill(0)
        flat = person.maps.reshape(*person.maps.shape[:2], -1)
        pool_best_first(flat, slots, self._corner, self._share, table, largest, self._bounds, self._maps)
        return self._maps
