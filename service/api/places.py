"""How many videos, or streams, may be in the house at the same time, in all and of one client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from service.access.client import Client
from service.access.limits import Kind
from service.api.problems import Busy


class Places:
    """Counts places; belongs to the event loop, so it needs no lock.

    A place is held from the first byte of the upload to the last of the answer, so that neither the
    disk nor the machine can be asked for more than ``count`` videos; or as long as a stream is open.

    Parameters
    ----------
    count
        How many there are.
    kind
        Of what; how many of them one client may have is in its limits.
    """

    def __init__(self, count: int, kind: Kind = Kind.VIDEOS) -> None:
        self._count = count
        self._kind = kind
        self._free = count
        self._held: Counter[str] = Counter()  # by client

    @property
    def taken(self) -> int:
        """How many are held at the moment."""
        return self._count - self._free

    @contextmanager
    def take(self, client: Client) -> Iterator[None]:
        """Hold a place for the block.

        Raises
        ------
        KeyForbids, QuotaUsed
            The client may have none, or has enough.
        Busy
            None is free.
        """
        client.admit(self._kind, self._held[client.name])
        if self._free == 0:
            raise Busy(f"{self._count} {self._kind} are being worked on, as many as this server takes.")
        self._free -= 1
        self._held[client.name] += 1
        try:
            yield
        finally:
            self._free += 1
            self._held[client.name] -= 1
            self._held += Counter()  # forgets who has none
