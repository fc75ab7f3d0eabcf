"""What waits between receiving and working: a few pictures, the oldest of which make room."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

ROOM = 2  # one to be next, one in case it is bad; more would only be older when its turn comes


@dataclass(frozen=True, slots=True)
class Parcel:
    """One picture as it came.

    Attributes
    ----------
    seq
        Counts the binary messages of the stream from 0.
    capture_us
        The client's clock, microseconds.
    data
        JPEG, PNG or WebP.
    received_s
        By `time.monotonic`; the event loop's own clock may be as coarse as a millisecond.
    """

    seq: int
    capture_us: int
    data: bytes
    received_s: float


class Mailbox:
    """Never full: putting one more in throws the oldest out. Belongs to the event loop; one taker."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._parcels: deque[Parcel] = deque()
        self._changed = asyncio.Event()
        self._closed = False

    @property
    def empty(self) -> bool:
        """Whether the next taker would have to wait."""
        return not self._parcels

    def put(self, parcel: Parcel) -> Parcel | None:
        """Put a parcel in and give back the one that had to make room."""
        self._parcels.append(parcel)
        self._changed.set()
        return self._parcels.popleft() if len(self._parcels) > self._room else None

    def close(self) -> None:
        """Say that no more parcels come."""
        self._closed = True
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[Parcel]:
        """Take parcels, oldest first, until the mailbox is closed and empty."""
        while self._parcels or not self._closed:
            if self._parcels:
                yield self._parcels.popleft()
            else:
                self._changed.clear()
                await self._changed.wait()
