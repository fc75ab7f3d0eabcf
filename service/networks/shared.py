"""One network for all streams: whatever waits goes in one batch, live streams first."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from service.media.frame import Image
from service.networks.heatmap_network import Network
from service.watch import Watch, watch

BATCHES = (8, 4, 2, 1)  # sizes that are run: few, so that memory and algorithms settle
CUDA_BATCHES = (32, 16, *BATCHES)  # a card is not busy with eight crops
Maps = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Request:
    crops: Sequence[Image]
    answer: Future[Maps] = field(default_factory=Future)
    watch: Watch = field(default_factory=watch)
    queued_s: float = field(default_factory=perf_counter)


class Lane:
    """A stream's way to the network. It has one request at a time, so that all streams take turns.

    Parameters
    ----------
    network
        Shared with others.
    live
        Goes before streams that are not.
    """

    def __init__(self, network: SharedNetwork, live: bool) -> None:
        self._network = network
        self._live = live

    def heatmaps(self, crops: Sequence[Image]) -> Maps:
        """As :meth:`HeatmapNetwork.heatmaps`; waits for its turn."""
        return self._network.heatmaps(crops, self._live)


class SharedNetwork:
    """Runs one network for as many streams as there are, one batch at a time.

    Nobody waits for company: a batch is what is there when the network becomes free, up to the largest size.
    First come, first served, the live streams before the others. The batch runs in the thread of one of those
    who wait: a stream that is alone has the network to itself, and hands nothing over to another thread.

    Parameters
    ----------
    network
        Run by one thread at a time.
    batches
        Sizes that it is run with, the largest first; the last is 1.
    """

    def __init__(self, network: Network, batches: Sequence[int] = BATCHES) -> None:
        self._network = network
        self._batches = batches
        self._changed = threading.Condition()
        self._busy = False
        self._live: deque[_Request] = deque()
        self._files: deque[_Request] = deque()

    @property
    def device(self) -> str:
        """Where the network really runs: ``cpu`` or ``cuda:0``."""
        return self._network.device

    @property
    def waiting(self) -> int:
        """Requests in line, each the crops of one frame."""
        return len(self._live) + len(self._files)

    def lane(self, live: bool) -> Lane:
        """A way to the network for one stream."""
        return Lane(self, live)

    def heatmaps(self, crops: Sequence[Image], live: bool) -> Maps:
        """Wait in line and run what is at its head, until these crops have been run.

        Parameters
        ----------
        crops
            N images (256, 256, 3) uint8 RGB of one stream.
        live
            Go before those who are not.

        Returns
        -------
        (N, M, 64, 64) float32 in [0, 1].
        """
        request = _Request(crops)
        with self._changed:
            (self._live if live else self._files).append(request)
        while requests := self._turn(request):
            try:
                self._answer(requests)
            finally:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()
        return request.answer.result()

    def _turn(self, request: _Request) -> list[_Request]:
        """Wait until others have answered the request (empty) or it is up to this thread to run some."""
        with self._changed:
            self._changed.wait_for(lambda: request.answer.done() or not self._busy)
            if request.answer.done():
                return []
            self._busy = True
            requests = self._next()
        for each in requests:
            each.watch.waited(perf_counter() - each.queued_s)
        return requests

    def _answer(self, requests: list[_Request]) -> None:
        """Run a batch; what goes wrong is told to those in it."""
        try:
            maps = self._run([crop for request in requests for crop in request.crops])
        except Exception as error:
            for request in requests:
                request.answer.set_exception(error)
        else:
            _hand_out(maps, requests)

    def _next(self) -> list[_Request]:
        """The head of the line, up to the largest batch, at least one request."""
        requests: list[_Request] = []
        room = self._batches[0]
        for queue in (self._live, self._files):
            while queue and (len(queue[0].crops) <= room or not requests):
                requests.append(queue.popleft())
                room -= len(requests[-1].crops)
        return requests

    def _run(self, crops: list[Image]) -> Maps:
        """All crops, in batches of the given sizes, the largest first."""
        parts: list[Maps] = []
        while crops:
            size = next(size for size in self._batches if size <= len(crops))
            parts.append(self._network.heatmaps(crops[:size]))
            watch().ran(size)
            crops = crops[size:]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _hand_out(maps: Maps, requests: list[_Request]) -> None:
    """Give each request its part."""
    first = 0
    for request in requests:
        last = first + len(request.crops)
        request.answer.set_result(maps[first:last])
        first = last
