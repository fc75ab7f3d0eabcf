"""`pooling=posewarper`: neighbours brought to a frame by learnt warping, and added up."""

from __future__ import annotations

import numpy as np

from service.networks.warper import Warper
from service.temporal.grid import HALF_WINDOW, WARP_REACH, Heatmaps
from service.temporal.kernel import in_blocks
from service.temporal.pooling import Pooled
from service.temporal.ring import FlowRing, MapRing, slot_of
from service.temporal.window import plan
from service.warping.view import seen_from


class WarpPooler:
    """Pools by PoseWarper (section 3, "Spatiotemporal Pose Aggregation"); stands where a `Pooler` does.

    Parameters
    ----------
    warper
        For the network whose maps are pooled.
    window
        Neighbours on each side, of which the three nearest take part.

    Notes
    -----
    As in the paper the frame itself goes through the warper, too. The paper's sum is divided by the number of
    frames, which leaves the peaks where they are and the values in [0, 1]. Joints that the warper does not
    know are those of the single frame.
    """

    def __init__(self, warper: Warper, window: int) -> None:
        self._warper = warper
        self._joints = list(warper.joints)
        self._reach = min(WARP_REACH, window)
        self._all_alike = np.ones((2 * HALF_WINDOW + 1, 1), np.float32)

    def pool(
        self, ring: FlowRing, person: MapRing, frame: int, newest: int, whole: int | None = None
    ) -> Pooled:
        """See :meth:`service.temporal.pooling.Pooler.pool`; all maps are whole."""
        maps = person.heatmaps(frame)
        there = self._neighbours(ring, person, frame, newest)
        here = np.broadcast_to(maps[self._joints], there.shape)
        maps[self._joints] = self._warper.warp(here, there, there).mean(axis=0)
        return Pooled(in_blocks(maps), len(there))

    def _neighbours(self, ring: FlowRing, person: MapRing, frame: int, newest: int) -> Heatmaps:
        """(M, J, 64, 64) float32: maps of the frame and those near it, on the grid of the frame's crop."""
        view = person.crop(frame)
        if view is None:
            raise ValueError(f"the person was not seen in frame {frame}")
        ends = max(frame - self._reach, 0), min(frame + self._reach, newest)
        route = plan(ring, person, self._all_alike, frame, ends, self._reach)
        numbers = {slot_of(number): number for number in range(ends[0], ends[1] + 1)}
        seen = []
        for number in (numbers[slot] for slot in route.map_slot.tolist() if slot >= 0):
            own = person.crop(number)
            assert own is not None, "a route meets only frames in which the person was seen"
            seen.append(seen_from(view, own, person.heatmaps(number)[self._joints]))
        return np.stack(seen)
