"""Clients with the limits that a test is about."""

from __future__ import annotations

from service.access.client import Client
from service.access.limits import KeyLimits, Limits
from service.settings import Settings


def client(name: str = "lab", **limits: float) -> Client:
    """The owner of a key, who is limited as everybody is but for these."""
    everybodys = Limits.from_settings(Settings())
    return Client(name, keyed=True, limits=everybodys.of_key(KeyLimits(**limits)))  # type: ignore[arg-type]
