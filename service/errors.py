"""The one family of errors that reaches a user: each is a named problem (RFC 9457)."""

from __future__ import annotations

from typing import ClassVar


class Problem(Exception):  # noqa: N818 - named after RFC 9457's "problem details"
    """Something a user can be told about.

    Sub-classes live in the room that raises them and set the three class attributes. The HTTP edge
    turns any of them into ``application/problem+json``; the command line prints ``title: detail``.

    Attributes
    ----------
    name
        Kebab-case name, the last part of the problem's ``type``; stable, people match on it.
    title
        The same for every occurrence, in plain words.
    status
        HTTP status code that it answers with.
    detail
        This occurrence, with the offending value.
    """

    name: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong inside the service"
    status: ClassVar[int] = 500

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
