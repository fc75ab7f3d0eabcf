from __future__ import annotations

import numpy as np

from service.flow.field import FlowPair
from service.people.crop import Crop
from service.temporal.grid import CELLS
from service.temporal.kernel import BACKWARD, FORWARD
from service.temporal.ring import FlowRing, MapRing, slot_of


def test_maps_come_back_as_they_were_put() -> None:
    maps = np.random.default_rng(0).random((3, CELLS, CELLS)).astype(np.float32)
    ring = MapRing(3)
    ring.put(40, Crop((10, 20), 30, 0.5), maps)
    np.testing.assert_allclose(ring.heatmaps(40), maps, atol=1e-5)
    assert ring.crop(40) == Crop((10, 20), 30, 0.5)
    assert ring.crop(39) is None


def test_frame_pixels_become_cells_as_the_crop_and_the_grid_say() -> None:
    ring = MapRing(1)
    crop = Crop((100, 50), 64, 0.3)
    ring.put(0, crop, np.zeros((1, CELLS, CELLS), np.float32))
    point = np.array([117.0, 31.0])
    expected = (crop.to_input(point[None])[0] - 1.5) / 4
    np.testing.assert_allclose(ring.to_cell[0] @ [*point, 1], expected, atol=1e-4)


def test_the_highest_place_of_each_map_is_known_in_frame_pixels() -> None:
    maps = np.zeros((2, CELLS, CELLS), np.float32)
    maps[0, 20, 33], maps[1, 50, 7] = 0.9, 0.25
    crop = Crop((100, 50), 64, 0.3)
    ring = MapRing(2)
    ring.put(5, crop, maps)
    at = crop.to_frame(np.array([[33 * 4 + 1.5, 20 * 4 + 1.5], [7 * 4 + 1.5, 50 * 4 + 1.5]], np.float32))
    np.testing.assert_allclose(ring.peaks[5, :, :2], at, atol=1e-3)
    np.testing.assert_allclose(ring.peaks[5, :, 2], [0.9, 0.25])


def test_flow_of_any_size_up_to_the_room_is_kept_with_its_map() -> None:
    ring = FlowRing(16)
    ring.open(0, 0.0, linked=False)
    ring.open(1, 0.04, linked=True)
    forward = np.ones((9, 16, 2), np.float32)
    ring.put(1, FlowPair(forward, -forward, np.array([[0.5, 0, 3], [0, 0.25, 7.0]])))
    slot = slot_of(1)
    assert ring.has_flow[slot]
    np.testing.assert_array_equal(ring.vectors[FORWARD, slot, :9], forward)
    np.testing.assert_array_equal(ring.vectors[BACKWARD, slot, :9], -forward)
    np.testing.assert_array_equal(ring.to_flow[slot], [0.5, 0.25, 3, 7, 16, 9])


def test_a_new_frame_in_an_old_slot_has_no_flow_yet() -> None:
    ring = FlowRing(4)
    still = np.zeros((4, 4, 2), np.float32)
    ring.open(0, 0.0, linked=True)
    ring.put(0, FlowPair(still, still, np.eye(2, 3)))
    ring.open(0, 1.0, linked=True)
    assert not ring.has_flow[0]
