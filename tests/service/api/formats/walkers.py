"""A walk of two people, one of whom comes later, as a network with 33 joints sees it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from service.temporal.pose import FramePoses, Pose

WIDTH, HEIGHT = 640, 480
START_S = 0.4
RATE = 25
PEOPLE = ((), (1,), (1, 4), (4,), (1,), (1, 4))  # ids in each frame

Written = Callable[..., bytes]


def pose(id_: int, seed: int) -> Pose:
    """Somebody whose joints lie anywhere in the picture."""
    rng = np.random.default_rng(seed)
    joints = rng.uniform((0, 0), (WIDTH - 1, HEIGHT - 1), (33, 2)).astype(np.float32)
    return Pose(id_, joints, rng.uniform(0.1, 1, 33).astype(np.float32), np.full(33, 2, np.float32))


def frames() -> list[FramePoses]:
    """Six frames at 25 frames a second from 0.4 s on; nobody in the first."""
    return [
        FramePoses(n, START_S + n / RATE, tuple(pose(id_, 10 * n + id_) for id_ in ids), 31)
        for n, ids in enumerate(PEOPLE)
    ]
