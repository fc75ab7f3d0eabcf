"""Which web pages may ask for work, over HTTP and over WebSockets alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from service.access.problems import OriginRefused
from service.origin import NOWHERE, plain_origin

OWN_SITE = ("same-origin", "none")  # "none" is the user's own doing: an address typed, a bookmark


def check_origin(headers: Mapping[str, str], allowed: Collection[str]) -> None:
    """Refuse a page that is neither the service's own nor one of the operator's.

    Parameters
    ----------
    headers
        Of the request, by name in small letters.
    allowed
        Other pages' origins, as `service.origin.plain_origin` writes them.

    Raises
    ------
    OriginRefused
        The request comes from another page.

    Notes
    -----
    A browser lets a page open a WebSocket to any host, and post to it, often this machine's loopback too, and
    only says which page it is: in ``Origin`` (RFC 6455, section 10.2) and, to hosts that it trusts, in
    ``Sec-Fetch-Site`` (W3C Fetch Metadata), which no script can set. Programs send neither and are not asked.
    The own page's scheme is not compared: behind a proxy it comes over HTTPS and the request here does not.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None and _plain(origin) in allowed:
        return
    if site is not None and site not in OWN_SITE:
        raise _refused(origin or site)
    if site is None and origin is not None and not _is_own(origin, headers.get("host", "")):
        raise _refused(origin)


def _refused(page: str) -> OriginRefused:
    return OriginRefused(f"The page {page!r} is neither this service's own nor listed in FLOWPOSE_ORIGINS.")


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
