from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from service.access.origin import check_origin
from service.access.problems import OriginRefused

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


@pytest.mark.parametrize(
    ("site", "origin", "may"),
    [
        ("same-origin", "https://pose.example", True),  # behind a proxy that asks by another name
        ("none", None, True),  # the user's own doing
        ("cross-site", "https://friend.example", True),
        ("cross-site", "https://evil.example", False),
        ("same-site", "http://pose.example:3000", False),
        ("cross-site", "http://127.0.0.1:8000", False),  # the browser knows better than the headers' words
        ("cross-site", None, False),
        ("cross-site", "null", False),
    ],
)
def test_what_the_browser_says_of_the_page_counts_most(site: str, origin: str | None, may: bool) -> None:
    named = {"origin": origin, "host": "127.0.0.1:8000", "sec-fetch-site": site}
    headers = Headers({key: value for key, value in named.items() if value is not None})
    if may:
        check_origin(headers, LISTED)
    else:
        with pytest.raises(OriginRefused, match="FLOWPOSE_ORIGINS"):
            check_origin(headers, LISTED)
