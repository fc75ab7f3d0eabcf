from __future__ import annotations

import numpy as np

from service.flow.field import FlowPair
from service.people.crop import Crop
from service.refine.slices import Slicer
from service.temporal.grid import CELLS
from service.temporal.joints import peaks
from service.temporal.kernel import unblock
from service.temporal.ring import FlowRing, MapRing
from tests.service.temporal.reference import random_maps

CROP = Crop((127.5, 127.5), 128)


def ring_of(maps: list[np.ndarray]) -> tuple[FlowRing, MapRing]:
    """Frames with these maps, nothing moving."""
    ring, person = FlowRing(8), MapRing(len(maps[0]))
    for n, heatmaps in enumerate(maps):
        ring.open(n, n / 25, linked=n > 0)
        person.put(n, CROP, heatmaps)
    return ring, person


def test_still_neighbours_come_as_they_are_those_before_first() -> None:
    rng = np.random.default_rng(0)
    maps = [random_maps(rng, 3) for _ in range(5)]
    slices, before, after = Slicer([2, 0], 2).cut(*ring_of(maps), 2, 4)
    assert (before, after) == (2, 2)
    for warped, n in zip(slices[1:], (1, 0, 3, 4), strict=True):
        np.testing.assert_allclose(unblock(warped), maps[n][[2, 0]], atol=1e-4)


def test_at_the_ends_there_are_fewer_neighbours() -> None:
    maps = [random_maps(np.random.default_rng(1), 2)] * 4
    slicer = Slicer([0, 1], 2)
    assert slicer.cut(*ring_of(maps), 0, 3)[1:] == (0, 2)
    assert slicer.cut(*ring_of(maps), 3, 3)[1:] == (2, 0)
    assert slicer.cut(*ring_of(maps), 1, 1)[1:] == (1, 0)


def test_a_neighbour_in_which_the_person_was_not_seen_is_left_out() -> None:
    maps = random_maps(np.random.default_rng(2), 2)
    ring, person = FlowRing(8), MapRing(2)
    for n in range(3):
        ring.open(n, n / 25, linked=n > 0)
        if n != 1:
            person.put(n, CROP, maps)
    slices, before, after = Slicer([0], 2).cut(ring, person, 2, 2)
    assert (before, after) == (1, 0)
    np.testing.assert_allclose(unblock(slices[1]), maps[:1], atol=1e-4)


def test_neighbours_are_carried_along_the_flow() -> None:
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    ring, person = FlowRing(64), MapRing(1)
    to_flow = np.array([[0.25, 0, 0], [0, 0.25, 0.0]])
    for n in range(3):
        ring.open(n, n / 25, linked=n > 0)
        forward = np.full((64, 64, 2), (5 * 0.25, 0), np.float32)  # everything moves 5 pixels to the right
        ring.put(n, FlowPair(forward, -forward, to_flow))
        x = 30 + 5 / 4 * n
        person.put(n, CROP, np.exp(-((columns - x) ** 2 + (rows - 20) ** 2) / 6)[None].astype(np.float32))
    slices, _, _ = Slicer([0], 1).cut(ring, person, 1, 2)
    assert len(slices) == 3
    for warped in slices[1:]:
        np.testing.assert_allclose(peaks(warped)[0], [[31.25, 20]], atol=0.1)
