from __future__ import annotations

import numpy as np

from service.flow.field import FlowPair
from service.propagation import Target
from service.propagation.trail import STEP_DOUBT, Trail


def pair(forward: tuple[float, float], backward: tuple[float, float], scale: float = 1.0) -> FlowPair:
    """The same motion everywhere, in flow pixels; `scale` flow pixels are a frame pixel."""
    fields = [np.broadcast_to(np.array(each, np.float32), (20, 30, 2)).copy() for each in (forward, backward)]
    return FlowPair(fields[0], fields[1], np.array([[scale, 0, 0], [0, scale, 0]], np.float64))


def start(*tracks: int) -> Trail:
    points = np.array([[4, 5], [8, 9]], np.float32)
    return Trail.start(7, tuple(Target(n, points + n, np.array([2, 2], np.uint8)) for n in tracks))


def test_points_go_with_the_flow_in_frame_pixels() -> None:
    trail = start(0).forward(pair((2, 1), (-2, -1), scale=0.5))
    assert trail.points.tolist() == [[8, 7], [12, 11]]
    assert trail.backward(pair((2, 1), (-2, -1), scale=0.5)).points.tolist() == [[4, 5], [8, 9]]


def test_doubt_grows_each_step_and_by_what_there_and_back_miss() -> None:
    agreed = start(0).forward(pair((2, 1), (-2, -1)))
    np.testing.assert_allclose(agreed.doubt, STEP_DOUBT)
    np.testing.assert_allclose(agreed.forward(pair((0, 0), (3, 4))).doubt, 2 * STEP_DOUBT + 5)
    small = start(0).forward(pair((2, 1), (-2, -1), scale=0.25))
    np.testing.assert_allclose(small.doubt, 4 * STEP_DOUBT)


def test_each_target_finds_its_own_points_again() -> None:
    strands = start(0, 3).forward(pair((1, 0), (-1, 0))).strands()
    assert list(strands) == [0, 3]
    assert strands[3].points.tolist() == [[8, 8], [12, 12]]
    assert strands[3].label == 7
    assert strands[3].target.points.tolist() == [[7, 8], [11, 12]]
