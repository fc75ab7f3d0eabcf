"""The neighbours' heatmaps, each carried to the output frame on its own, by the kernel in service."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.pooling.watch import Moment
from service.temporal.grid import CELLS, HALF_WINDOW
from service.temporal.kernel import BLOCKS, Landing, Rings, Route, carry
from service.temporal.kernel.search import gather
from service.temporal.pooling import GRID_INPUT, signs_of_trust
from service.temporal.ring import WINDOW, slot_of
from service.temporal.window import plan


@dataclass(frozen=True, slots=True)
class Warped:
    """The M neighbours of one moment, the frame itself included.

    Attributes
    ----------
    rows
        (M,) int64: each neighbour's row in a table of weights.
    maps
        (M, J, 4096) float32 in [0, 1]: warped maps of the joints asked for, block by block.
    heights, slips
        (M, J) float32: what adaptive pooling knows of the neighbours, see `signs_of_trust`.
    frame_heights
        (M,) float32: mean height over all joints of the network.
    """

    rows: NDArray[np.int64]
    maps: NDArray[np.float32]
    heights: NDArray[np.float32]
    slips: NDArray[np.float32]
    frame_heights: NDArray[np.float32]


def warp(moment: Moment, joints: tuple[int, ...]) -> Warped:
    """Carry every neighbour's maps of some joints to the moment's frame.

    Raises
    ------
    ValueError
        When the person was not seen in that frame.
    """
    ring, person, frame = moment.ring, moment.person, moment.frame
    crop = person.crop(frame)
    if crop is None:
        raise ValueError(f"the person was not seen in frame {frame}")
    ends = (max(frame - HALF_WINDOW, 0), moment.newest)
    route = plan(ring, person, np.ones((WINDOW, person.joints), np.float32), frame, ends, HALF_WINDOW)
    rings = Rings(ring.vectors, ring.to_flow, person.maps, person.tops, person.to_cell)
    grid_x, grid_y = np.ascontiguousarray(crop.to_frame(GRID_INPUT).T)
    met = route.map_slot[route.map_slot >= 0]
    maps = np.zeros((len(met), len(joints), CELLS * CELLS), np.float32)
    _warp(rings, route, grid_x, grid_y, _empty(met), np.array(joints), np.ones_like(route.weights), maps)
    heights, slips = signs_of_trust(rings, route, person.peaks, crop)
    columns = list(joints)
    return Warped(_rows(moment, met), maps, heights[:, columns], slips[:, columns], heights.mean(axis=1))


def _rows(moment: Moment, met: NDArray[np.int64]) -> NDArray[np.int64]:
    """Table rows of slots, by running number: these clips drop no frames."""
    numbers = range(moment.frame - HALF_WINDOW, moment.frame + HALF_WINDOW + 1)
    row_of = {slot_of(number): row for row, number in enumerate(numbers)}
    return np.array([row_of[slot] for slot in met.tolist()])


def _empty(met: NDArray[np.int64]) -> Landing:
    cells = CELLS * CELLS
    corner, share = np.empty((len(met), cells), np.int32), np.empty((len(met), 2, cells), np.float32)
    return Landing(met, corner, share, np.zeros(BLOCKS * BLOCKS, np.bool_))


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _warp(
    rings: Rings,
    route: Route,
    grid_x: NDArray[np.float32],
    grid_y: NDArray[np.float32],
    landing: Landing,
    joints: NDArray[np.int64],
    ones: NDArray[np.float32],
    maps: NDArray[np.float32],
) -> None:
    """Pool each neighbour alone, with weight 1."""
    for block in range(BLOCKS * BLOCKS):
        carry(rings, route, grid_x, grid_y, block, landing)
    for m in range(landing.slot.shape[0]):
        one = slice(m, m + 1)
        alone = Landing(landing.slot[one], landing.corner[one], landing.share[one], landing.carried)
        for j in range(joints.shape[0]):
            for block in range(BLOCKS * BLOCKS):
                gather(rings.maps, alone, ones, False, joints[j], block, maps[m, j])
