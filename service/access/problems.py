"""What is answered to those who may not, or not so much."""

from __future__ import annotations

from collections.abc import Mapping

from service.errors import Problem


class KeyMissing(Problem):
    """The service asks for a key and the request has none: send `Authorization: Bearer KEY`."""

    name = "key-missing"
    title = "A key is needed"
    status = 401


class KeyRefused(Problem):
    """The key is unknown, has been removed, or has expired."""

    name = "key-refused"
    title = "The key is not accepted"
    status = 401


class KeyForbids(Problem):
    """The key is good, but its owner may not do this at all."""

    name = "key-forbids"
    title = "This key may not do that"
    status = 403


class OriginRefused(Problem):
    """A web page of another origin asked; the operator lists such in `FLOWPOSE_ORIGINS`."""

    name = "origin-refused"
    title = "This page may not use the service"
    status = 403


class HostRefused(Problem):
    """The request's `Host` is no name of this service; the operator lists such in `FLOWPOSE_HOSTS`."""

    name = "host-refused"
    title = "This is not the service of that name"
    status = 421


class QuotaUsed(Problem):
    """As many videos, streams or jobs of one client are in the house as it may have; let one of them end."""

    name = "quota-used"
    title = "Your places are all taken"
    status = 429


class TooManyRequests(Problem):
    """The client asks too often; `Retry-After` says when the next request is taken.

    Attributes
    ----------
    headers
        What the answer says of it.
    """

    name = "too-many-requests"
    title = "Too many requests"
    status = 429

    def __init__(self, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.headers = headers or {}


class RequestTooLong(Problem):
    """The request took longer than one may; send a shorter video, or a job."""

    name = "request-too-long"
    title = "The request took too long"
    status = 504


class KeysUnusable(Problem):
    """The file of keys (`FLOWPOSE_KEYS`) cannot be read or written, or a line of it is no key."""

    name = "keys-unusable"
    title = "The file of keys cannot be used"
