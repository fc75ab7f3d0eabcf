"""The live streams that are open, and how all of them are told to leave."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from service.access.client import Client
from service.access.limits import Kind
from service.api.places import Places
from service.api.stream.problems import GoingAway


class Streams:
    """Belongs to the event loop.

    Parameters
    ----------
    count
        How many may be open at the same time; how many of them one client may have is in its limits.
    """

    def __init__(self, count: int) -> None:
        self._places = Places(count, Kind.STREAMS)
        self._leaving = asyncio.Event()
        self._sockets = 0
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def open(self) -> int:
        """Streams that hold a place."""
        return self._places.taken

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Count a socket for the block, whether it has a place or not."""
        self._sockets += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._sockets -= 1
            if self._sockets == 0:
                self._empty.set()

    @contextmanager
    def take(self, client: Client) -> Iterator[None]:
        """Hold a place for the block.

        Parameters
        ----------
        client
            Whose it is.

        Raises
        ------
        KeyForbids, QuotaUsed
            The client may have none, or has enough.
        Busy
            None is free.
        """
        with self._places.take(client):
            yield

    async def leaving(self) -> NoReturn:
        """Wait until the server stops.

        Raises
        ------
        GoingAway
            It does.
        """
        await self._leaving.wait()
        raise GoingAway("The server stops or starts anew; come again in some seconds.")

    async def send_away(self, patience_s: float) -> None:
        """Tell all streams that the server stops, and wait until they have left."""
        self._leaving.set()
        try:
            async with asyncio.timeout(patience_s):
                await self._empty.wait()
        except TimeoutError:
            pass  # who does not listen is cut off by the web server
