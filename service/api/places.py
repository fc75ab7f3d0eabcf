"""How many videos, or streams, may be in the house at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from service.api.problems import Busy


class Places:
    """Counts places; belongs to the event loop, so it needs no lock.

    A place is held from the first byte of the upload to the last of the answer, so that neither the
    disk nor the machine can be asked for more than ``count`` videos; or as long as a stream is open.
    """

    def __init__(self, count: int, kind: str = "videos") -> None:
        self._count = count
        self._kind = kind
        self._free = count

    @property
    def taken(self) -> int:
        """How many are held at the moment."""
        return self._count - self._free

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold a place for the block.

        Raises
        ------
        Busy
            None is free.
        """
        if self._free == 0:
            raise Busy(f"{self._count} {self._kind} are being worked on, as many as this server takes.")
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1
