"""Which web pages may open a stream."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers

from service.api.stream.problems import OriginRefused
from service.origin import NOWHERE, plain_origin


def check_origin(headers: Headers, allowed: Collection[str]) -> None:
    """Refuse a page that is neither the service's own nor one of the operator's.

    Parameters
    ----------
    headers
        Of the request that opens the socket.
    allowed
        Other pages' origins, as `service.origin.plain_origin` writes them.

    Raises
    ------
    OriginRefused
        The request comes from another page.

    Notes
    -----
    A browser lets a page open a WebSocket to any host, often this machine's loopback too, and only says in
    ``Origin`` which page it is (RFC 6455, section 10.2). Programs send no ``Origin`` and are not asked. The
    own page's scheme is not compared: behind a proxy it comes over HTTPS and the request here does not.
    """
    origin = headers.get("origin")
    if origin is None or _is_own(origin, headers.get("host", "")) or _plain(origin) in allowed:
        return
    raise OriginRefused(f"The page {origin!r} is neither this service's own nor listed in FLOWPOSE_ORIGINS.")


def _is_own(origin: str, host: str) -> bool:
    plain = _plain(origin)
    if plain is None or plain == NOWHERE:
        return False
    scheme, _, _ = plain.partition("://")
    return plain == _plain(f"{scheme}://{host}")


def _plain(origin: str) -> str | None:
    """The origin as a browser writes it, None when it is none."""
    try:
        return plain_origin(origin)
    except ValueError:
        return None
