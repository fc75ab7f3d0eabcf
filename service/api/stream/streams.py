"""The live streams that are open, and how all of them are told to leave."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from service.api.places import Places
from service.api.problems import Busy
from service.api.stream.problems import GoingAway


class Streams:
    """Belongs to the event loop.

    Parameters
    ----------
    count
        How many may be open at the same time.
    of_one
        How many of them one client may have; None for all.
    """

    def __init__(self, count: int, of_one: int | None = None) -> None:
        self._of_one = count if of_one is None else of_one
        self._clients: Counter[str] = Counter()
        self._places = Places(count, "streams")
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
    def take(self, client: str) -> Iterator[None]:
        """Hold a place for the block.

        Parameters
        ----------
        client
            Whose it is.

        Raises
        ------
        Busy
            None is free, or the client has enough.
        """
        if self._clients[client] >= self._of_one:
            raise Busy(f"{self._of_one} streams of yours are open, as many as one client may have.")
        with self._places.take():
            self._clients[client] += 1
            try:
                yield
            finally:
                self._clients[client] -= 1
                self._clients += Counter()  # forgets who has none

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
