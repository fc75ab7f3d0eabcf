"""Origins: which web page a browser's request comes from (RFC 6454)."""

from __future__ import annotations

from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}  # a browser leaves these out
NOWHERE = "null"  # what a browser calls the origin of a file, of a sandboxed frame, and of others without one


def plain_origin(text: str) -> str:
    """Write an origin as a browser does.

    Parameters
    ----------
    text
        ``scheme://host`` or ``scheme://host:port``, or ``null``.

    Returns
    -------
    In small letters, without the scheme's default port, so that equal origins are equal strings.

    Raises
    ------
    ValueError
        It is no origin: without scheme or host, or with a path, a user or anything else behind the port.
    """
    lowered = text.strip().lower()
    if lowered == NOWHERE:
        return NOWHERE
    refused = ValueError(f"{text!r} is not an origin, such as https://example.org or http://localhost:8000")
    try:
        parts = urlsplit(lowered)
        port = parts.port
    except ValueError:  # a port that is no number, a bracket that is not closed
        raise refused from None
    host = parts.netloc.removesuffix(f":{port}")
    if not host or not parts.scheme or "@" in host or lowered != f"{parts.scheme}://{parts.netloc}":
        raise refused
    shown = "" if port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{port}"
    return f"{parts.scheme}://{host}{shown}"
