"""Jobs that many workers do together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from service.media.limits import MediaLimits
from service.media.reader import Reader
from service.options import Options
from service.split.address import WorkersAddress
from service.split.split import Split, connection, split
from service.split.task import Order


class Together:
    """Who works on jobs instead of this process; may be used for several jobs at the same time.

    Parameters
    ----------
    workers
        Where they are (`FLOWPOSE_WORKERS`).
    reader
        Who reads videos here, for what they say of themselves.
    """

    def __init__(self, workers: WorkersAddress, reader: Reader) -> None:
        self._workers = workers
        self._reader = reader
        self._lock = threading.Lock()
        self._jobs = 0
        self._cluster = ExitStack()

    @contextmanager
    def at_work(self, video: str, path: Path, options: Options, limits: MediaLimits) -> Iterator[Split]:
        """Hire workers for a job. Raises as :func:`service.split.split.split`.

        Parameters
        ----------
        video
            Path or address, as workers see it.
        path
            The same here.
        options, limits
            The job's.
        """
        order = Order(video, options, limits, threads=self._workers.cpus)
        with self._connected(), split(self._workers, order, path, self._reader) as shared:
            yield shared

    @contextmanager
    def _connected(self) -> Iterator[None]:
        """One connection to the cluster for all jobs, for a process can have no second."""
        with self._lock:
            if not self._jobs:
                self._cluster.enter_context(connection(self._workers))
            self._jobs += 1
        try:
            yield
        finally:
            with self._lock:
                self._jobs -= 1
                if not self._jobs:
                    self._cluster.close()
