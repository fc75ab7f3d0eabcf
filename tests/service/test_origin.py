from __future__ import annotations

import pytest

from service.origin import plain_origin


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Example.ORG", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:443", "http://example.org:443"),
        (" http://localhost:8000 ", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://[::1]:80", "http://[::1]"),
        ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ("null", "null"),
    ],
)
def test_equal_origins_are_written_alike(text: str, origin: str) -> None:
    assert plain_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        *("", "*", "example.org", "localhost:8000", "https://", "://example.org", "https://:443"),
        *(
            "https://example.org/",
            "https://example.org/page",
            "https://example.org?a",
            "https://example.org#a",
        ),
        *("https://user@example.org", "https://example.org:many", "https://example.org:99999", "http://[::1"),
        *("https://exam\nple.org", "https://a.example https://b.example"),
    ],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an origin"):
        plain_origin(text)
