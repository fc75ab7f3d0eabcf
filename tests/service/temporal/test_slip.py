from __future__ import annotations

import numpy as np

from service.flow.field import FlowPair
from service.people.crop import Crop
from service.temporal.kernel import Rings, slips
from service.temporal.ring import FlowRing, MapRing
from service.temporal.window import plan
from tests.service.temporal.reference import follow, random_maps

JOINTS, FRAMES, MIDDLE = 3, 7, 3
TO_FLOW = np.array([[0.125, 0, 0], [0, 0.125, 0.0]])


def test_slips_add_up_outwards_from_what_each_frames_own_joints_miss_by() -> None:
    rng = np.random.default_rng(0)
    ring, person = FlowRing(32), MapRing(JOINTS)
    pairs = rng.normal(0, 0.5, (FRAMES, 2, 32, 32, 2)).astype(np.float32)
    for n in range(FRAMES):
        ring.open(n, n / 25, linked=n > 0)
        if n > 0:
            ring.put(n, FlowPair(pairs[n, 0], pairs[n, 1], TO_FLOW))
        person.put(n, Crop((127.5, 127.5), 120), random_maps(rng, JOINTS))
    route = plan(ring, person, np.ones((31, JOINTS), np.float32), MIDDLE, (0, FRAMES - 1), 15)
    slipped = np.empty_like(route.weights)
    slips(
        Rings(ring.vectors, ring.to_flow, person.maps, person.tops, person.to_cell),
        route,
        person.peaks,
        slipped,
    )
    expected = [plain_slip(pairs, person, n) for n in (3, 2, 1, 0, 4, 5, 6)]
    np.testing.assert_allclose(slipped, expected, rtol=1e-3, atol=1e-3)


def plain_slip(pairs: np.ndarray, person: MapRing, frame: int) -> np.ndarray:
    """(K,) frame pixels: the sum over the frames from the middle, which is not counted, to this one."""
    total = np.zeros(JOINTS)
    step = 1 if frame > MIDDLE else -1
    for n in range(MIDDLE + step, frame + step, step) if frame != MIDDLE else ():
        forward, backward = pairs[max(n, n - step)]
        inwards, outwards = (backward, forward) if step > 0 else (forward, backward)
        points = person.peaks[n, :, :2].astype(np.float64)
        back = follow(follow(points, inwards, TO_FLOW), outwards, TO_FLOW)
        total += np.linalg.norm(back - points, axis=1)
    return total
