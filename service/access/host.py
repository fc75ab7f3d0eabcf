"""Which names the service may be called by, so that no page can pass its own name off as one of them."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from service.access.problems import HostRefused

LOOPBACK = "localhost"
ANY = "*"


def plain_host(text: str) -> str:
    """Write a host's name, or a pattern such as ``*.example.org``, as it is compared.

    Raises
    ------
    ValueError
        It is none: has a scheme, a port or a path.
    """
    plain = text.strip().lower()
    if plain == ANY or is_address(plain):
        return plain
    name = plain.removeprefix("*.").rstrip(".")
    if not name or set(name) & set("*/:@ "):
        raise ValueError(f"{text!r} is not a host's name, such as pose.example.org or *.example.org")
    return plain.rstrip(".")


def check_host(header: str | None, allowed: Collection[str], dotless: bool = False) -> None:
    """Refuse a request that was meant for a host of another name.

    Parameters
    ----------
    header
        The request's ``Host``; None where there is none, which no browser does.
    allowed
        Names besides the loopback's, as :func:`plain_host` writes them.
    dotless
        Whether names without a dot pass as well, as machines have in a local network.

    Raises
    ------
    HostRefused

    Notes
    -----
    A page at evil.example can let its name point to 127.0.0.1 once it is loaded (DNS rebinding); for the
    browser it then asks its own host, and no rule about origins holds. Only the name tells. Addresses cannot
    be pointed elsewhere, and names of the loopback are the browser's own. Names without a dot nobody can
    register; but who runs the network that a laptop is in can make one up. Where the service is open to that
    network anyway, they are let through.
    """
    if header is None:
        return
    name = name_in(header)
    if name is None or not _may(name, allowed, dotless):
        raise HostRefused(
            f"The request is for {header!r}, which is no name of this service; list it in FLOWPOSE_HOSTS."
        )


def name_in(header: str) -> str | None:
    """The host of a ``Host`` header without its port, in small letters; None when it is none."""
    if header.startswith("["):
        name, closed, rest = header[1:].partition("]")
        return name if closed and is_address(name) and (not rest or rest.startswith(":")) else None
    name, _, port = header.partition(":")
    if not name or (port and not port.isdecimal()):
        return None
    return name.lower().rstrip(".")


def is_address(host: str) -> bool:
    """Whether it is an IP address, as opposed to a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine can mean this machine by it."""
    if is_address(host):
        return ipaddress.ip_address(host).is_loopback
    return host == LOOPBACK or host.endswith(f".{LOOPBACK}")


def _may(name: str, allowed: Collection[str], dotless: bool) -> bool:
    if is_address(name) or is_loopback(name) or ANY in allowed or name in allowed:
        return True
    if dotless and "." not in name:
        return True
    return any(name.endswith(each[1:]) for each in allowed if each.startswith("*."))
