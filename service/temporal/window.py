"""Which neighbours take part in an answer, and what each counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from service.temporal.grid import HALF_WINDOW
from service.temporal.kernel import BACKWARD, FORWARD, Route
from service.temporal.ring import FlowRing, MapRing, slot_of

Step = tuple[bool, int, int, int, int]
"""Starts anew, way, flow slot, map slot, time offset in frames."""


def plan(
    ring: FlowRing,
    person: MapRing,
    table: NDArray[np.float32],
    frame: int,
    ends: tuple[int, int],
    reach: int,
) -> Route:
    """The route through a window: the frame itself, back to its beginning, then on to its end.

    Parameters
    ----------
    ring, person
        Where flow and heatmaps lie.
    table
        (31, K) float32 weights, looked up by time offset: a dropped frame leaves a hole, not a shift.
    frame
        Running number of the output frame, in which the person was seen.
    ends
        Numbers of the first and of the last frame that may take part.
    reach
        Frame intervals, 0..15, beyond which nobody takes part.

    Returns
    -------
    Steps up to the ends, cut short at scene cuts; weights normalised to sum 1 for each joint.
    """
    steps: list[Step] = [(True, FORWARD, -1, slot_of(frame), 0)]
    for end, way in zip(ends, (BACKWARD, FORWARD), strict=True):
        steps += _walk(ring, person, table, frame, end, way, reach, float(ring.interval_s[slot_of(ends[1])]))
    starts, ways, flow_slots, map_slots, offsets = (np.array(column) for column in zip(*steps, strict=True))
    weights = normalised(table[offsets[map_slots >= 0] + HALF_WINDOW])
    return Route(starts, ways, flow_slots, map_slots, weights)


def normalised(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """(M, K) weights brought to sum 1 over the M neighbours; where all are zero they stay so."""
    total = weights.sum(axis=0)
    return np.asarray(weights / np.where(total > 0, total, 1), np.float32)


def _walk(
    ring: FlowRing,
    person: MapRing,
    table: NDArray[np.float32],
    frame: int,
    end: int,
    way: int,
    reach: int,
    interval_s: float,
) -> list[Step]:
    """Steps outwards from ``frame``, one way."""
    direction = 1 if way == FORWARD else -1
    origin_s = ring.times_s[slot_of(frame)]
    steps: list[Step] = []
    for n in range(frame + direction, end + direction, direction):
        bridge = slot_of(n if direction > 0 else n + 1)
        offset = round((ring.times_s[slot_of(n)] - origin_s) / interval_s)
        if not ring.linked[bridge] or abs(offset) > reach:
            break
        counts = person.crop(n) is not None and table[HALF_WINDOW + offset].any()
        flow_slot = bridge if ring.has_flow[bridge] else -1
        steps.append((not steps, way, flow_slot, slot_of(n) if counts else -1, offset))
    return steps
