"""Sub-protocols of the stream's socket: the only words that a page may say before the first message."""

from __future__ import annotations

from collections.abc import Sequence

PROTOCOL = "flowpose.v1"
BEARER = "bearer."  # and the key; a browser lets a page set no header, and what stands in a URL is logged


def secret_offered(protocols: Sequence[str]) -> str | None:
    """The key among the sub-protocols that a client offers, None where there is none.

    Parameters
    ----------
    protocols
        Of ``Sec-WebSocket-Protocol``, such as ``flowpose.v1, bearer.fp_...``.
    """
    return next((each.removeprefix(BEARER) for each in protocols if each.startswith(BEARER)), None)
