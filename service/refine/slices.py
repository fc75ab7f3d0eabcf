"""The neighbours' heatmaps, carried to the output frame: what the graph over time stands on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.refine.kernel import warp
from service.temporal.grid import CELLS, HALF_WINDOW
from service.temporal.kernel import BACKWARD, BLOCKS, Landing, Rings
from service.temporal.pooling import GRID_INPUT
from service.temporal.ring import FlowRing, MapRing
from service.temporal.window import plan


class Slicer:
    """Warps some joints' maps of the nearest frames; keeps its working memory, so it serves one thread.

    Parameters
    ----------
    joints
        Indices of the K joints wanted.
    reach
        Neighbours on each side, 0..15.
    """

    def __init__(self, joints: Sequence[int], reach: int) -> None:
        self.reach = reach
        self._joints = np.array(joints, np.int64)
        self._corner = np.empty((2 * reach + 1, CELLS * CELLS), np.int32)
        self._share = np.empty((2 * reach + 1, 2, CELLS * CELLS), np.float32)
        self._carried = np.empty(BLOCKS * BLOCKS, np.bool_)
        self._table = np.ones((2 * HALF_WINDOW + 1, 1), np.float32)
        self._maps = np.empty((2 * reach + 1, len(joints), CELLS * CELLS), np.float32)

    def cut(
        self, ring: FlowRing, person: MapRing, frame: int, newest: int
    ) -> tuple[NDArray[np.float32], int, int]:
        """Carry the neighbours' maps to a frame, along the same tracks as pooling.

        Parameters
        ----------
        ring, person
            Flow and heatmaps of the last frames.
        frame
            Running number of the output frame, in which the person was seen.
        newest
            The latest frame that may take part.

        Returns
        -------
        (M, K, 4096) float32 in [0, 1], block by block, cells of the output frame's crop: room for the
        frame's own maps, pooled or not, then those before it going back, those after it going on; then how
        many lie before and after. They hold until the next call.
        """
        ends = max(frame - self.reach, 0), min(frame + self.reach, newest)
        route = plan(ring, person, self._table, frame, ends, self.reach)
        rings = Rings(ring.vectors, ring.to_flow, person.maps, person.tops, person.to_cell)
        crop = person.crop(frame)
        assert crop is not None, "the person was seen in the output frame"
        grid_x, grid_y = np.ascontiguousarray(crop.to_frame(GRID_INPUT).T)
        met = route.map_slot >= 0
        self._carried.fill(False)
        landing = Landing(route.map_slot[met], self._corner, self._share, self._carried)
        warp(rings, route, grid_x, grid_y, landing, self._joints, self._maps)
        before = int((route.way[met][1:] == BACKWARD).sum())
        return self._maps[: met.sum()], before, int(met.sum()) - 1 - before
