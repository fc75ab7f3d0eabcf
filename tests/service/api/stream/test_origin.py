from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from service.api.stream.origin import check_origin
from service.api.stream.problems import OriginRefused

LISTED = ("https://friend.example", "http://localhost:3000")


def check(origin: str | None, host: str | None = "pose.example:8000") -> None:
    named = {"origin": origin, "host": host}
    check_origin(Headers({key: value for key, value in named.items() if value is not None}), LISTED)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "pose.example:8000"),
        ("http://pose.example:8000", "pose.example:8000"),
        ("http://POSE.example:8000", "pose.example:8000"),
        ("https://pose.example", "pose.example"),  # behind a proxy that ends TLS
        ("https://pose.example", "pose.example:443"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("https://friend.example", "pose.example:8000"),
        ("https://friend.example:443", None),
        ("http://localhost:3000", "localhost:8000"),
    ],
)
def test_programs_the_own_page_and_listed_pages_may(origin: str | None, host: str | None) -> None:
    check(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "pose.example:8000"),
        ("http://pose.example", "pose.example:8000"),  # another port is another origin
        ("http://pose.example:8000.evil.example", "pose.example:8000"),
        ("http://evil.example@pose.example:8000", "pose.example:8000"),
        ("http://localhost:8000", "127.0.0.1:8000"),
        ("http://friend.example", "pose.example:8000"),  # listed with https only
        ("null", "null"),
        ("", "pose.example:8000"),
        ("nonsense", "nonsense"),
        ("http://pose.example", None),
        ("http://", ""),
    ],
)
def test_other_pages_may_not(origin: str, host: str | None) -> None:
    with pytest.raises(OriginRefused, match="FLOWPOSE_ORIGINS"):
        check(origin, host)
