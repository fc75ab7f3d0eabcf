"""Warp the neighbours' heatmaps to one frame and pool them (Flowing ConvNets, section 2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.people.crop import Crop
from service.temporal.grid import CELLS, STRIDE, cell_to_input
from service.temporal.kernel import (
    BLOCKS,
    Landing,
    Rings,
    Route,
    blockwise_cells,
    bound,
    pool_best_first,
    pool_hills,
    pool_whole,
    slips,
)
from service.temporal.ring import WINDOW, FlowRing, MapRing
from service.temporal.weights import PoolingWeights
from service.temporal.window import normalised, plan

Blocked: TypeAlias = NDArray[np.float32]
"""(K, 4096) float32: heatmaps block by block, the order of `kernel.blockwise_cells`."""

GRID_INPUT = cell_to_input(blockwise_cells())  # (4096, 2) input pixels of all cells, block by block
CENTRES_INPUT = GRID_INPUT.reshape(BLOCKS * BLOCKS, -1, 2).mean(axis=1)  # (256, 2) input pixels of all blocks
HILL = 0.05  # heatmap value from which a peak may be a joint: the least that a body model chooses from


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


class Pools(Protocol):
    """Makes one frame's maps of a window's; see :class:`Pooler`, the one in service."""

    def pool(
        self, ring: FlowRing, person: MapRing, frame: int, newest: int, whole: int | None = None
    ) -> Pooled:
        """See :meth:`Pooler.pool`."""


class Pooler:
    """Pools with one method; keeps its working memory, so it serves one thread at a time.

    Parameters
    ----------
    weights
        The pooling method. The weights of those that take part are normalised to sum 1 for each joint.
    window
        Neighbours on each side, 0..15.
    hills
        Joints whose maps are wanted wherever they rise above HILL, not only at their peaks.
    """

    def __init__(self, weights: PoolingWeights, window: int, hills: Sequence[int] = ()) -> None:
        joints = weights.table.shape[1]
        self._weights = weights
        self._window = window
        self._hills = np.array(hills, np.int64)
        self._corner = np.empty((WINDOW, CELLS * CELLS), np.int32)
        self._share = np.empty((WINDOW, 2, CELLS * CELLS), np.float32)
        self._carried = np.empty(BLOCKS * BLOCKS, np.bool_)
        self._bounds = np.empty((BLOCKS * BLOCKS, joints), np.float32)
        self._maps = np.empty((joints, CELLS * CELLS), np.float32)

    def pool(
        self, ring: FlowRing, person: MapRing, frame: int, newest: int, whole: int | None = None
    ) -> Pooled:
        """Pool the heatmaps of one person's neighbours in time.

        Parameters
        ----------
        ring, person
            Flow and heatmaps of the last frames; flow up to ``newest`` must be there.
        frame
            Running number of the output frame.
        newest
            The latest frame that may take part.
        whole
            A joint whose map is wanted in all cells.

        Returns
        -------
        Maps that hold until the next call.

        Raises
        ------
        ValueError
            When the person was not seen in ``frame``.
        """
        crop, rings, route = weighed_route(self._weights, self._window, ring, person, frame, newest)
        return Pooled(self._search(rings, route, crop, whole), len(route.weights))

    def _search(self, rings: Rings, route: Route, crop: Crop, whole: int | None) -> Blocked:
        """Pooled maps, exact at each joint's peak and round it; everywhere for one joint, if asked."""
        largest = self._weights.keep_largest
        for working in (self._bounds, self._carried, self._maps):
            working.fill(0)
        centre_x, centre_y = np.ascontiguousarray(crop.to_frame(CENTRES_INPUT).T)
        bound(rings, route, centre_x, centre_y, largest, self._bounds)
        grid_x, grid_y = np.ascontiguousarray(crop.to_frame(GRID_INPUT).T)
        met = route.map_slot[route.map_slot >= 0]
        landing = Landing(met, self._corner, self._share, self._carried)
        pool_best_first(rings, route, grid_x, grid_y, largest, self._bounds, landing, self._maps)
        pool_hills(
            rings, route, grid_x, grid_y, largest, self._bounds, landing, self._hills, HILL, self._maps
        )
        if whole is not None:
            pool_whole(rings, route, grid_x, grid_y, largest, landing, whole, self._maps[whole])
        return self._maps


def weighed_route(
    weights: PoolingWeights, window: int, ring: FlowRing, person: MapRing, frame: int, newest: int
) -> tuple[Crop, Rings, Route]:
    """Who takes part in one frame's answer, and what each counts; wherever it is then pooled.

    Parameters
    ----------
    weights, window
        As :class:`Pooler` takes them.
    ring, person, frame, newest
        As :meth:`Pooler.pool` takes them, with its ValueError.

    Returns
    -------
    The output frame's crop; the rings; the route through them.
    """
    crop = person.crop(frame)
    if crop is None:
        raise ValueError(f"the person was not seen in frame {frame}")
    oldest = max(frame - window, 0)
    route = plan(ring, person, weights.table, frame, (oldest, newest), window)
    rings = Rings(ring.vectors, ring.to_flow, person.maps, person.tops, person.to_cell)
    if weights.trust is not None:
        trusted = weights.trust.of(*signs_of_trust(rings, route, person.peaks, crop))
        route = route._replace(weights=normalised(route.weights * trusted))
    return crop, rings, route


def signs_of_trust(
    rings: Rings, route: Route, peaks: NDArray[np.float32], crop: Crop
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What `Trust.of` asks about the M neighbours met.

    Parameters
    ----------
    peaks
        (R, K, 3) float32, see `MapRing`.
    crop
        Of the output frame.

    Returns
    -------
    (M, K) float32 each: the highest value of each neighbour's own map; slips in cells of ``crop``.
    """
    slipped = np.empty_like(route.weights)
    slips(rings, route, peaks, slipped)
    return peaks[route.map_slot[route.map_slot >= 0], :, 2], slipped * np.float32(crop.scale / STRIDE)
