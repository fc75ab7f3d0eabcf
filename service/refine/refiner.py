"""Ask the body which peak of each pooled map is the joint (Thin-Slicing Networks, section 3.3)."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from service.networks.skeleton import Skeleton
from service.options import Options, Refine
from service.refine.followers import go_along
from service.refine.graph import unroll
from service.refine.kernel import HALF, NOWHERE, Wiring, halve, keep_near, pass_messages
from service.refine.reach import slice_of
from service.refine.slices import Slicer
from service.refine.springs import Springs, springs_for
from service.temporal.grid import CELLS
from service.temporal.joints import read_pose
from service.temporal.pooling import Blocked
from service.temporal.pose import Pose
from service.temporal.ring import FlowRing, MapRing

SAME_HILL = 3  # cells beyond the belief's halved cell within which the map's own top is the joint


class Refiner:
    """Chooses among the peaks of pooled maps; keeps its working memory, so it serves one thread at a time.

    Parameters
    ----------
    springs
        Of the skeleton's body.
    skeleton
        Of the network.
    reach
        Neighbour frames on each side that join the graph; 0 for the body in one frame.

    Notes
    -----
    Messages are exact (loopy) max-sum on a grid of 32 x 32 cells, each with the highest value of the 2 x 2
    cells under it: less than an eighth of the work, for a choice between peaks that lie farther apart than
    that. Where a joint lies is then read from the full pooled map, so a joint whose peak is confirmed does
    not move at all.
    """

    def __init__(self, springs: Springs, skeleton: Skeleton, reach: int) -> None:
        self.joints = springs.body.joints
        self._skeleton = skeleton
        self._springs = springs
        self._slicer = Slicer(self.joints, reach) if reach else None
        self._wiring = cache(self._wire)
        nodes = (2 * reach + 1) * len(self.joints)
        edges = len(self._wiring(reach, reach).source)
        self._unary = np.empty((nodes, HALF, HALF), np.float32)
        self._scores = np.empty_like(self._unary)
        self._messages = np.zeros((2, edges, HALF, HALF), np.float32)
        self._lined = np.full((3 * HALF, HALF), NOWHERE, np.float32)

    def refine(
        self, pose: Pose, maps: Blocked, ring: FlowRing, person: MapRing, frame: int, newest: int
    ) -> Pose:
        """Read a person's joints anew, where the body says they are.

        Parameters
        ----------
        pose
            As the maps alone say.
        maps
            (K, 4096) float32 in [0, 1], pooled, block by block; with their hills for :attr:`joints`.
        ring, person, frame, newest
            As in :meth:`service.temporal.pooling.Pooler.pool`.
        """
        crop = person.crop(frame)
        assert crop is not None, "who has a pose was seen"
        slices, before, after = maps[list(self.joints)][None], 0, 0
        if self._slicer is not None:
            warped, before, after = self._slicer.cut(ring, person, frame, newest)
            warped[0], slices = slices[0], warped
        kept = self._keep(maps, self.beliefs(slices, before, after))
        return go_along(read_pose(pose.id, kept, crop), pose, self._skeleton)

    def beliefs(self, slices: NDArray[np.float32], before: int, after: int) -> NDArray[np.float32]:
        """What all joints together say about each, after three rounds.

        Parameters
        ----------
        slices
            (1 + before + after, J, 4096) float32, see :meth:`Slicer.cut`.

        Returns
        -------
        (J, 32, 32) float32, in units of heatmap value up to a constant; holds until the next call.
        """
        wiring = self._wiring(before, after)
        nodes = slices.shape[0] * slices.shape[1]
        unary, scores = self._unary[:nodes], self._scores[:nodes]
        halve(slices.reshape(nodes, CELLS * CELLS), unary)
        pass_messages(unary, wiring, self._lined, self._messages, scores)
        return scores[: len(self.joints)]

    def _keep(self, maps: Blocked, beliefs: NDArray[np.float32]) -> Blocked:
        kept = maps.copy()
        for joint, belief in zip(self.joints, beliefs, strict=True):
            keep_near(maps[joint], belief, SAME_HILL, kept[joint])
        return kept

    def _wire(self, before: int, after: int) -> Wiring:
        graph = unroll(self._springs.body, before, after)
        springs = self._springs.of_edges(graph, CELLS / HALF)
        return Wiring(graph.source, graph.target, graph.reverse, springs, graph.needed)


def refiner_for(options: Options, skeleton: Skeleton) -> Refiner | None:
    """What the options ask for; None for no refinement.

    Raises
    ------
    RefineUnavailable
        There are no springs for the joints of this network.
    """
    if options.refine is Refine.NONE:
        return None
    return Refiner(springs_for(skeleton), skeleton, slice_of(options))
