"""One thread runs a network for all streams: whatever waits goes in one batch, live streams first."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from service.media.frame import Image
from service.networks.heatmap_network import HeatmapNetwork

BATCHES = (8, 4, 2, 1)  # sizes that are run: few, so that a GPU can be warmed for each
Maps = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Request:
    crops: Sequence[Image]
    answer: Future[Maps] = field(default_factory=Future)


class Lane:
    """A stream's way to the network. It has one request at a time, so that all streams take turns.

    Parameters
    ----------
    worker
        Runs the network.
    live
        Goes before streams that are not.
    """

    def __init__(self, worker: NetworkWorker, live: bool) -> None:
        self._worker = worker
        self._live = live

    def heatmaps(self, crops: Sequence[Image]) -> Maps:
        """As :meth:`HeatmapNetwork.heatmaps`; waits for its turn."""
        return self._worker.ask(crops, self._live).result()


class NetworkWorker:
    """Runs one network, in a thread of its own, for as many streams as there are.

    Nobody waits for company: a batch is what is there when the network becomes free, eight crops at most.
    First come, first served, the live streams before the others.

    Parameters
    ----------
    network
        Run in the worker's thread only.
    """

    def __init__(self, network: HeatmapNetwork) -> None:
        self._network = network
        self._changed = threading.Condition()
        self._live: deque[_Request] = deque()
        self._files: deque[_Request] = deque()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="network", daemon=True)
        self._thread.start()

    @property
    def device(self) -> str:
        """Where the network really runs: ``cpu`` or ``cuda:0``."""
        return self._network.device

    def lane(self, live: bool) -> Lane:
        """A way to the network for one stream."""
        return Lane(self, live)

    def ask(self, crops: Sequence[Image], live: bool) -> Future[Maps]:
        """Hand crops over; the future gets their heatmaps, or what went wrong.

        Raises
        ------
        RuntimeError
            After :meth:`close`.
        """
        request = _Request(crops)
        with self._changed:
            if self._closed:
                raise RuntimeError("the network was closed")
            (self._live if live else self._files).append(request)
            self._changed.notify()
        return request.answer

    def close(self) -> None:
        """Answer what waits, then end the thread; safe to call twice."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while requests := self._next():
            try:
                maps = self._run([crop for request in requests for crop in request.crops])
            except Exception as error:
                for request in requests:
                    request.answer.set_exception(error)
            else:
                _hand_out(maps, requests)

    def _next(self) -> list[_Request]:
        """What waits, up to the largest batch; empty when closed and nothing is left."""
        with self._changed:
            self._changed.wait_for(lambda: self._live or self._files or self._closed)
            requests: list[_Request] = []
            room = BATCHES[0]
            for queue in (self._live, self._files):
                while queue and (len(queue[0].crops) <= room or not requests):
                    requests.append(queue.popleft())
                    room -= len(requests[-1].crops)
            return requests

    def _run(self, crops: list[Image]) -> Maps:
        """All crops, in batches of the given sizes, the largest first."""
        parts: list[Maps] = []
        while crops:
            size = next(size for size in BATCHES if size <= len(crops))
            parts.append(self._network.heatmaps(crops[:size]))
            crops = crops[size:]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _hand_out(maps: Maps, requests: list[_Request]) -> None:
    """Give each request its part."""
    first = 0
    for request in requests:
        last = first + len(request.crops)
        request.answer.set_result(maps[first:last])
        first = last
