"""Whose word about the client's address is taken."""

from __future__ import annotations

import ipaddress


def plain_proxy(text: str) -> str:
    """Check an address, or a network such as ``10.0.0.0/8``; ``*`` is everyone.

    Raises
    ------
    ValueError
        It is none of them.
    """
    plain = text.strip()
    if plain == "*":
        return plain
    try:
        return str(ipaddress.ip_network(plain) if "/" in plain else ipaddress.ip_address(plain))
    except ValueError:
        raise ValueError(f"{text!r} is neither an address nor a network, such as 10.0.0.0/8") from None
