"""Whether everybody may use the service who reaches it."""

from __future__ import annotations

from service.access.host import is_loopback
from service.settings import Settings


def exposure(settings: Settings) -> str | None:
    """What the operator should know about an open service; None where there is nothing to tell."""
    if settings.keys is not None or is_loopback(settings.host):
        return None
    return (
        f"The service listens on {settings.host} and asks for no keys: whoever reaches it may use it. "
        "`flowpose keys add NAME` makes keys, FLOWPOSE_KEYS says where they are."
    )
