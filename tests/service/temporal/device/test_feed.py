from __future__ import annotations

import numpy as np

from service.people.crop import Crop
from service.temporal.device.feed import feed
from service.temporal.device.graph import GraphShape
from service.temporal.grid import CELLS
from service.temporal.kernel import BACKWARD, FORWARD, FULL, PADDED, Rings, Route
from service.temporal.ring import SLOTS

CROP = Crop((127.5, 127.5), 128)
SIZE = 20  # of the flow ring's pictures
SHAPE = GraphShape(joints=1, steps=2, flow_size=SIZE, keep_largest=False)

# The frame itself in slot 9; one step back without flow to slot 8; two on, the first of them unseen.
ROUTE = Route(
    starts=np.array([True, True, True, False]),
    way=np.array([FORWARD, BACKWARD, FORWARD, FORWARD]),
    flow_slot=np.array([-1, -1, 10, 11]),
    map_slot=np.array([9, 8, -1, 11]),
    weights=np.array([[0.5], [0.3], [0.2]], np.float32),
)


def rings() -> Rings:
    to_flow = np.zeros((SLOTS, 6), np.float32)
    to_flow[[10, 11]] = 0.5, 0.25, -3, 4, 16, 12
    to_cell = np.zeros((SLOTS, 2, 3), np.float32)
    to_cell[[8, 9, 11]] = CROP.to_input_matrix / 4
    unused = np.zeros((1, 1, 1, 1, 1), np.float32)
    return Rings(unused, to_flow, np.zeros((1, 1, 1), np.uint16), unused[0], to_cell)


def test_frames_have_their_places_step_by_step_outwards_backward_first() -> None:
    fed = feed(ROUTE, rings(), CROP, SHAPE)
    np.testing.assert_array_equal(fed.met, [9, 8, 0, 0, 11])
    np.testing.assert_allclose(fed.weights.ravel() * FULL, [0.5, 0.3, 0, 0, 0.2], rtol=1e-6)
    np.testing.assert_array_equal(fed.bridges, [0, SLOTS + 10, 0, SLOTS + 11])


def test_flow_is_read_where_the_kernel_reads_it_and_nowhere_without() -> None:
    times, plus, most, back = feed(ROUTE, rings(), CROP, SHAPE).fields[:, :, 0, 0]
    point = np.array([30.0, 20.0])
    sampled = (point * times[1] + plus[1] + 1) * (SIZE - 1) / 2
    np.testing.assert_allclose(sampled, [30 * 0.5 - 3, 20 * 0.25 + 4], rtol=1e-5)
    np.testing.assert_allclose((most[1] + 1) * (SIZE - 1) / 2, [16 - 1.0001, 12 - 1.0001], rtol=1e-5)
    np.testing.assert_allclose(back[1], [2, 4])
    assert not back[0].any(), "without flow points stay"
    assert not back[2].any()


def test_a_frame_point_lies_where_its_cell_is_in_a_map_with_its_rim() -> None:
    x_times, y_times, plus = feed(ROUTE, rings(), CROP, SHAPE).places[:, 1, 0, 0]
    sampled = 40 * x_times + 80 * y_times + plus
    rimmed = (sampled + 1) * (PADDED - 1) / 2
    cell = CROP.to_input_matrix / 4 @ np.array([40, 80, 1])
    np.testing.assert_allclose(rimmed, cell + (PADDED - CELLS) / 2, atol=1e-4)


def test_what_lies_beyond_the_graph_is_left_out() -> None:
    near = feed(ROUTE, rings(), CROP, GraphShape(1, 1, SIZE, keep_largest=False))
    np.testing.assert_array_equal(near.met, [9, 8, 0])
    alone = feed(ROUTE, rings(), CROP, GraphShape(1, 0, SIZE, keep_largest=True))
    np.testing.assert_allclose(alone.weights.ravel() * FULL, [1], rtol=1e-6)


def test_the_largest_counts_in_full_whoever_is_there() -> None:
    fed = feed(ROUTE, rings(), CROP, GraphShape(1, 2, SIZE, keep_largest=True))
    np.testing.assert_allclose(fed.weights.ravel() * FULL, [1, 1, 0, 0, 1], rtol=1e-6)
