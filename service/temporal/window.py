"""Which neighbours take part in an answer, and what each counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.temporal.grid import HALF_WINDOW
from service.temporal.ring import FlowRing, MapRing, slot_of
from service.temporal.weights import PoolingWeights


@dataclass(frozen=True, slots=True)
class Walk:
    """The steps from the output frame outwards, one way, in the kernel's terms.

    Attributes
    ----------
    flow_slots
        (S,) int64: the flow that leads to each step, -1 for none.
    map_slots
        (S,) int64: the heatmaps met there, -1 for none.
    weights
        (S, K) float32.
    """

    flow_slots: NDArray[np.int64]
    map_slots: NDArray[np.int64]
    weights: NDArray[np.float32]

    @property
    def met_slots(self) -> NDArray[np.int64]:
        """(M,) int64: slots of the neighbours that have heatmaps."""
        met: NDArray[np.int64] = self.map_slots[self.map_slots >= 0]
        return met

    @property
    def met_weights(self) -> NDArray[np.float32]:
        """(M, K) float32: their weights."""
        met: NDArray[np.float32] = self.weights[self.map_slots >= 0]
        return met


def walk(
    ring: FlowRing,
    person: MapRing,
    weights: PoolingWeights,
    frame: int,
    ends: int,
    reach: int,
    interval_s: float,
) -> Walk:
    """Steps from ``frame`` towards ``ends``, at most ``reach`` frame intervals away, stopping at a cut.

    Parameters
    ----------
    ring, person
        Where flow and heatmaps lie.
    weights
        Looked up by time offset: a dropped frame leaves a hole, not a shift.
    frame
        Running number of the output frame.
    ends
        Number of the last frame that may take part; smaller than ``frame`` walks back in time.
    reach
        Frame intervals, 0..15.
    interval_s
        The usual time between frames.
    """
    direction = 1 if ends > frame else -1
    origin_s = ring.times_s[slot_of(frame)]
    flow_slots: list[int] = []
    map_slots: list[int] = []
    offsets: list[int] = []
    for n in range(frame + direction, ends + direction, direction):
        bridge = slot_of(n if direction > 0 else n + 1)
        offset = round((ring.times_s[slot_of(n)] - origin_s) / interval_s)
        if not ring.linked[bridge] or abs(offset) > reach:
            break
        counts = weights.table[HALF_WINDOW + offset].any()
        flow_slots.append(bridge if ring.has_flow[bridge] else -1)
        map_slots.append(slot_of(n) if counts and person.crop(n) is not None else -1)
        offsets.append(offset)
    rows = weights.table[np.array(offsets, np.int64) + HALF_WINDOW]
    return Walk(np.array(flow_slots, np.int64), np.array(map_slots, np.int64), rows)
