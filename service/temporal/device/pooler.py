"""Warp and pool on the device, for one stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import onnxruntime as ort

from service.device_thread import DeviceThread
from service.temporal.device.feed import Feed, feed
from service.temporal.device.graph import NOWHERE, GraphShape, round_peak
from service.temporal.device.mirror import Mirror
from service.temporal.device.sessions import PoolingSessions
from service.temporal.grid import CELLS, HALF_WINDOW
from service.temporal.kernel import BACKWARD, FORWARD, PADDED
from service.temporal.pooling import Blocked, Pooled, weighed_route
from service.temporal.ring import SLOTS, FlowRing, MapRing, slot_of
from service.temporal.weights import PoolingWeights


class _Looked(NamedTuple):
    """What the device found: where each map is highest, the map round it, and perhaps the whole."""

    tops: np.ndarray
    round: np.ndarray
    pooled: Blocked | None


class DevicePooler:
    """Pools as :class:`service.temporal.pooling.Pooler` does, in all cells, and serves one thread at a time.

    Parameters
    ----------
    sessions
        Shared with other streams.
    thread
        Does all that touches the device.
    weights, window, hills
        As :class:`~service.temporal.pooling.Pooler` takes them. With hills, or a whole map asked for, all
        maps come back from the device; else only what lies round their peaks.
    """

    def __init__(
        self,
        sessions: PoolingSessions,
        thread: DeviceThread,
        weights: PoolingWeights,
        window: int,
        hills: Sequence[int] = (),
    ) -> None:
        self._sessions = sessions
        self._thread = thread
        self._weights = weights
        self._window = window
        self._whole = bool(hills)
        self._shape = GraphShape(weights.table.shape[1], _reach(weights, window), 0, weights.keep_largest)
        self._round = round_peak()
        self._maps = np.zeros((self._shape.joints, CELLS * CELLS), np.float32)
        self._flows: WeakKeyDictionary[FlowRing, Mirror] = WeakKeyDictionary()
        self._people: WeakKeyDictionary[MapRing, Mirror] = WeakKeyDictionary()

    def pool(
        self, ring: FlowRing, person: MapRing, frame: int, newest: int, whole: int | None = None
    ) -> Pooled:
        """See :meth:`service.temporal.pooling.Pooler.pool`."""
        crop, rings, route = weighed_route(self._weights, self._window, ring, person, frame, newest)
        shape = replace(self._shape, flow_size=ring.vectors.shape[2])
        fed = feed(route, rings, crop, shape)
        frames = range(max(frame - self._window, 0), newest + 1)
        everything = self._whole or whole is not None
        looked = self._thread.run(self._look, ring, person, frames, shape, fed, everything)
        return Pooled(self._written(looked), len(route.weights))

    def _look(
        self, ring: FlowRing, person: MapRing, frames: range, shape: GraphShape, fed: Feed, everything: bool
    ) -> _Looked:
        """Bring the device up to date and run the graph, in the device's thread."""
        session = self._sessions.pooling(shape)
        flow, maps = self._flow_mirror(ring, frames), self._map_mirror(person, frames)
        binding = self._bound(session, fed, flow, maps)
        session.run_with_iobinding(binding)
        tops, round_, pooled = binding.get_outputs()
        return _Looked(tops.numpy(), round_.numpy(), pooled.numpy() if everything else None)

    def _bound(self, session: ort.InferenceSession, fed: Feed, flow: Mirror, maps: Mirror) -> ort.IOBinding:
        binding = session.io_binding()
        arrays = fed.arrays()
        for name in (given.name for given in session.get_inputs()):
            match name:
                case "flow":
                    binding.bind_ortvalue_input(name, flow.value)
                case "maps":
                    binding.bind_ortvalue_input(name, maps.value)
                case _:
                    binding.bind_cpu_input(name, arrays[name])
        binding.bind_output("tops", "cpu")
        binding.bind_output("round", "cpu")
        binding.bind_output("pooled", self._sessions.memory)
        return binding

    def _flow_mirror(self, ring: FlowRing, frames: range) -> Mirror:
        size = ring.vectors.shape[2]
        if ring not in self._flows:
            shape = (2 * SLOTS, size, size, 2)
            copier = self._sessions.copier(np.float32, 3)
            self._flows[ring] = Mirror(shape, np.float32, copier, self._sessions.memory)
        mirror = self._flows[ring]
        for frame in frames:
            slot = slot_of(frame)
            if self._shape.steps and ring.has_flow[slot]:
                for way in (BACKWARD, FORWARD):
                    mirror.keep(way * SLOTS + slot, frame, ring.vectors[way, slot])
        return mirror

    def _map_mirror(self, person: MapRing, frames: range) -> Mirror:
        if person not in self._people:
            shape = (SLOTS, person.joints, PADDED, PADDED)
            copier = self._sessions.copier(np.uint16, 3)
            self._people[person] = Mirror(shape, np.uint16, copier, self._sessions.memory)
        mirror = self._people[person]
        for frame in frames:
            if person.crop(frame) is not None:
                mirror.keep(slot_of(frame), frame, person.maps[slot_of(frame)])
        return mirror

    def _written(self, looked: _Looked) -> Blocked:
        """Blocked maps as the rest of the house reads them, zero where nobody looked."""
        if looked.pooled is not None:
            self._maps[:] = looked.pooled
            return self._maps
        self._maps.fill(0)
        places = self._round[looked.tops]
        joints, cells = np.nonzero(places != NOWHERE)
        self._maps[joints, places[joints, cells]] = looked.round[joints, cells]
        return self._maps


def _reach(weights: PoolingWeights, window: int) -> int:
    """Frames on each side beyond which nobody counts."""
    counting = np.flatnonzero(weights.table.any(axis=1)) - HALF_WINDOW
    return min(window, int(np.abs(counting).max(initial=0)))
