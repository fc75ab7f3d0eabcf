from __future__ import annotations

import numpy as np
import pytest

from service.flow.field import FlowPair
from service.people.crop import Crop
from service.temporal.grid import CELLS
from service.temporal.ring import SLOTS, FlowRing, MapRing, slot_of
from service.temporal.weights import gaussian
from service.temporal.window import plan

CROP = Crop((127.5, 127.5), 128)
TABLE = gaussian(2)


def filled(
    times_s: list[float], cuts: tuple[int, ...] = (), absent: tuple[int, ...] = ()
) -> tuple[FlowRing, MapRing]:
    """Rings after frames at these times, with cuts before some, and nobody to be seen in others."""
    ring, person = FlowRing(8), MapRing(2)
    still = np.zeros((8, 8, 2), np.float32)
    for n, time_s in enumerate(times_s):
        ring.open(n, time_s, linked=n > 0 and n not in cuts)
        if n > 0 and n not in cuts:
            ring.put(n, FlowPair(still, still, np.eye(2, 3)))
        if n not in absent:
            person.put(n, CROP, np.full((2, CELLS, CELLS), 0.5, np.float32))
    return ring, person


def steady(count: int) -> list[float]:
    return [n / 25 for n in range(count)]


def met(
    ring: FlowRing, person: MapRing, frame: int, ends: tuple[int, int], reach: int = 15
) -> dict[int, float]:
    """Weight of each slot met."""
    route = plan(ring, person, TABLE, frame, ends, reach)
    slots = route.map_slot[route.map_slot >= 0]
    return dict(zip(slots.tolist(), route.weights[:, 0].tolist(), strict=True))


def test_in_the_middle_31_frames_take_part_and_their_weights_sum_to_one() -> None:
    weights = met(*filled(steady(31)), 15, (0, 30))
    assert sorted(weights) == list(range(31))
    assert sum(weights.values()) == pytest.approx(1)
    assert weights[15] == max(weights.values())
    assert weights[12] == pytest.approx(weights[18])


@pytest.mark.parametrize(
    ("frame", "ends", "expected"), [(0, (0, 15), 16), (30, (15, 30), 16), (15, (0, 15), 16)]
)
def test_at_the_ends_of_a_video_and_of_the_look_ahead_the_rest_is_renormalised(
    frame: int, ends: tuple[int, int], expected: int
) -> None:
    weights = met(*filled(steady(31)), frame, ends)
    assert len(weights) == expected
    assert sum(weights.values()) == pytest.approx(1)


def test_nobody_looks_across_a_scene_cut() -> None:
    ring, person = filled(steady(31), cuts=(10, 20))
    assert sorted(met(ring, person, 15, (0, 30))) == list(range(10, 20))
    assert sorted(met(ring, person, 5, (0, 20))) == list(range(10))


def test_a_frame_without_the_person_is_a_hole() -> None:
    whole = met(*filled(steady(31)), 15, (0, 30))
    holed = met(*filled(steady(31), absent=(14, 20)), 15, (0, 30))
    assert sorted(set(whole) - set(holed)) == [14, 20]
    assert holed[13] / holed[15] == pytest.approx(whole[13] / whole[15], rel=1e-5)


def test_a_dropped_frame_is_a_hole_and_not_a_shift() -> None:
    times = [t for n, t in enumerate(steady(32)) if n != 13]
    ring, person = filled(times)
    weights = met(ring, person, 14, (0, 30))  # the frame that was 15 before one was dropped
    own = weights[14]
    assert weights[13] / own == pytest.approx(np.exp(-1 / 32), rel=1e-4)
    assert weights[12] / own == pytest.approx(np.exp(-9 / 32), rel=1e-4), (
        "two frames apart in the ring, three in time"
    )


def test_the_window_is_measured_in_time() -> None:
    times = [*steady(20), 5.0, *[5.0 + n / 25 for n in range(1, 11)]]
    ring, person = filled(times)
    assert sorted(met(ring, person, 22, (0, 30))) == list(range(20, 31)), (
        "four seconds are far more than 15 frames"
    )


def test_half_the_window_is_half_the_window() -> None:
    assert sorted(met(*filled(steady(31)), 15, (0, 30), reach=3)) == list(range(12, 19))


def test_steps_lead_outwards_over_the_flow_between_the_frames() -> None:
    ring, person = filled(steady(5))
    route = plan(ring, person, TABLE, 2, (0, 4), 15)
    assert route.map_slot.tolist() == [2, 1, 0, 3, 4]
    assert route.flow_slot.tolist() == [-1, 2, 1, 3, 4]
    assert route.way.tolist() == [1, 0, 0, 1, 1]
    assert route.starts.tolist() == [True, True, False, True, False]


def test_without_flow_points_stay() -> None:
    ring, person = filled(steady(3))
    ring.open(1, 1 / 25, linked=True)
    assert plan(ring, person, TABLE, 0, (0, 2), 15).flow_slot.tolist() == [-1, -1, 2]


def test_the_usual_interval_survives_drops() -> None:
    times = [t for n, t in enumerate(steady(40)) if n % 5]
    ring, _ = filled(times)
    assert ring.interval_s[slot_of(len(times) - 1)] == pytest.approx(1 / 25)


@pytest.mark.parametrize("times", [[0.0] * 10, [0.0, 0.04, 0.04, 0.04, 0.08], [0.2, 0.16, 0.12, 0.08]])
def test_times_that_do_not_increase_do_no_harm(times: list[float]) -> None:
    ring, person = filled(times)
    weights = met(ring, person, 2, (0, len(times) - 1))
    assert len(weights) == len(times)
    assert sum(weights.values()) == pytest.approx(1)


def test_the_ring_forgets_what_is_overwritten() -> None:
    ring, person = filled(steady(SLOTS + 3))
    assert person.crop(2) is None
    assert person.crop(3) == CROP
    assert len(met(ring, person, SLOTS + 2, (0, SLOTS + 2))) == 16
