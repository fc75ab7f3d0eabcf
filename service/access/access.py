"""The door: who asks, whether they may, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import NoReturn

from service.access.client import Client
from service.access.host import check_host, is_loopback
from service.access.keyring import Keyring
from service.access.limits import Limits
from service.access.origin import check_origin
from service.access.problems import KeyMissing, KeyRefused
from service.access.rates import Rates, Share
from service.settings import Settings

REVOKED_WITHIN_S = 2.0  # a key that was removed ends its streams


class Access:
    """Decides by the operator's settings and keys; belongs to the event loop.

    Parameters
    ----------
    settings
        Keys, limits, hosts and origins.

    Raises
    ------
    KeysUnusable
        There is a file of keys, and it cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._keyring = None if settings.keys is None else Keyring(settings.keys)
        self._limits = Limits.from_settings(settings)
        self._hosts = {*settings.hosts, settings.host}
        self._wide = not is_loopback(settings.host)
        self._origins = frozenset(settings.origins)
        self._rates = Rates()

    @property
    def keyed(self) -> bool:
        """Whether clients must show keys."""
        return self._keyring is not None

    def check_place(self, headers: Mapping[str, str]) -> None:
        """Look by what name the service was called.

        Raises
        ------
        HostRefused

        Notes
        -----
        With keys every name will do: a page that passes its name off as the service's has none.
        """
        if not self.keyed:
            check_host(headers.get("host"), self._hosts, dotless=self._wide)

    def check_page(self, headers: Mapping[str, str]) -> None:
        """Look which page asks for work.

        Raises
        ------
        OriginRefused
        """
        check_origin(headers, self._origins)

    def client(self, secret: str | None, address: str) -> Client:
        """Say who asks.

        Parameters
        ----------
        secret
            The key as it was sent, None for none.
        address
            Where from.

        Raises
        ------
        KeyMissing, KeyRefused
        """
        if self._keyring is None:
            return self.stranger(address)
        if not secret:
            raise KeyMissing(
                "Send `Authorization: Bearer KEY`; the operator makes one by `flowpose keys add`."
            )
        key = self._keyring.find(secret)
        if key is None:
            raise KeyRefused("There is no such key here, or it has been removed.")
        if key.expired():
            raise KeyRefused(f"The key {key.name!r} has expired.")
        return Client(key.name, keyed=True, limits=self._limits.of_key(key.limits))

    def stranger(self, address: str) -> Client:
        """Somebody at an address who asks for no work, and need not say who it is."""
        return Client(address, keyed=False, limits=self._limits)

    def count(self, client: Client) -> Share | None:
        """Count a request.

        Returns
        -------
        What is left of those allowed; None where there is no limit.

        Raises
        ------
        TooManyRequests
        """
        return self._rates.take(client, monotonic())

    async def revoked(self, client: Client) -> NoReturn:
        """Wait until the client's key is removed or expires, for ever if it has none.

        Raises
        ------
        KeyRefused
            It was.
        """
        while self._keyring is None or not client.keyed or self._keyring.holds(client.name):
            await asyncio.sleep(REVOKED_WITHIN_S)
        raise KeyRefused(f"The key {client.name!r} has been removed, or has expired.")
