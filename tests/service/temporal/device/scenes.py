"""A person who moves through a moving picture: real flow, maps and crops for the rings."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from service.flow import ESTIMATORS
from service.flow.motion import Motion
from service.flow.view import FLOW_SIZE
from service.options import FlowMethod
from service.people.crop import Crop
from service.temporal.grid import CELLS
from service.temporal.ring import FlowRing, MapRing
from tests.moving import SIZE, picture, place

BOX = [(90.0, 60.0, 140.0, 100.0)]
POINTS = np.array([[120, 90], [190, 85], [150, 140]], np.float32)  # of picture 0
JOINTS = len(POINTS)


def rings(
    frames: int,
    missing: tuple[int, ...] = (),
    cut: int | None = None,
    seed: int = 7,
    each: Callable[[FlowRing, MapRing, int], None] | None = None,
) -> tuple[FlowRing, MapRing]:
    """Rings after so many frames.

    The person is not seen in the missing ones, a scene cut may lie before one, and ``each`` is called with
    the rings after every frame. The picture goes to and fro, so that the person stays in it.
    """
    rng = np.random.default_rng(seed)
    ring, person = FlowRing(FLOW_SIZE), MapRing(JOINTS)
    motion = Motion(ESTIMATORS[FlowMethod.DIS]())
    for n in range(frames):
        linked = n > 0 and n != cut
        ring.open(n, n / 25, linked)
        if linked:
            ring.put(n, motion.between(n - 1, _picture(_phase(n - 1)), _picture(_phase(n)), BOX))
        if n not in missing:
            crop = Crop((SIZE[0] / 2 + 6 * np.sin(n), SIZE[1] / 2), 90 + 5 * np.cos(n), rng.normal(0, 0.1))
            person.put(n, crop, _blobs(rng, (crop.to_input(place(_phase(n), POINTS)) - 1.5) / 4))
        if each is not None:
            each(ring, person, n)
    return ring, person


_picture = cache(picture)


def _phase(n: int) -> int:
    """0, 1, ... 10, 9, ... 0, 1, ..."""
    return 10 - abs(n % 20 - 10)


def _blobs(rng: np.random.Generator, cells: np.ndarray) -> np.ndarray:
    """(K, 64, 64) a soft spot at each cell, as high as it happens to be, on a low uneven floor."""
    rows, columns = np.mgrid[0:CELLS, 0:CELLS]
    spots = [np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 1.8**2)) for x, y in cells]
    heights = rng.uniform(0.3, 0.95, (len(cells), 1, 1))
    floor = rng.uniform(0, 0.02, (len(cells), CELLS, CELLS))
    return np.clip(heights * np.array(spots) + floor, 0, 1).astype(np.float32)
