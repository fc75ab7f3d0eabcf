"""What can go wrong between a client and its server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self


class RemoteProblem(Exception):  # noqa: N818 - named after RFC 9457's "problem details"
    """The server says what is wrong (RFC 9457).

    Attributes
    ----------
    type
        Stable name of the kind, such as ``/problems/video-damaged``; match on this.
    title
        The same for every occurrence of the type.
    status
        HTTP status code.
    detail
        What happened this time.
    """

    def __init__(self, type: str, title: str, status: int, detail: str) -> None:  # noqa: A002 - RFC 9457's name
        super().__init__(f"{title}: {detail}")
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail

    @classmethod
    def from_members(cls, members: Mapping[str, Any]) -> Self:
        """Make one of a problem document, or of an ``error`` message, whose own type is in `problem`."""
        return cls(
            str(members.get("problem", members.get("type", "about:blank"))),
            str(members.get("title", "The server answered with an error")),
            int(members.get("status", 500)),
            str(members.get("detail", "")),
        )

    @classmethod
    def from_response(cls, status: int, body: bytes) -> Self:
        """Make one of any answer that is not a success, be it a problem document or a proxy's page."""
        try:
            members = json.loads(body)
        except ValueError:
            members = None
        if not isinstance(members, dict):
            members = {"detail": body[:200].decode(errors="replace")}
        return cls.from_members({"status": status, **members})


class ServerGone(Exception):  # noqa: N818 - says what happened
    """The server cannot be reached, has closed the connection, or keeps silent; the message says which."""
