from __future__ import annotations

import pytest

from service.access.host import check_host, is_loopback, plain_host
from service.access.problems import HostRefused

LISTED = ("pose.example", "*.lab.example")


@pytest.mark.parametrize(
    "header",
    [
        None,  # no browser
        *("localhost", "localhost:8000", "LOCALHOST.", "page.localhost:1", "127.0.0.1:8000", "127.8.9.1"),
        *("[::1]", "[::1]:8000", "192.168.1.5:8000", "[2001:db8::1]:80"),  # addresses cannot be rebound
        *("pose.example", "Pose.Example:443", "a.lab.example", "b.a.lab.example:80"),
    ],
)
def test_own_names_and_addresses_pass(header: str | None) -> None:
    check_host(header, LISTED)


@pytest.mark.parametrize(
    "header",
    [
        *(
            "",
            ":8000",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evilpose.example",
        ),
        *(
            "lab.example",
            "evil-lab.example",
            "pose.example.evil.example",
            "pose.example:80:80",
            "pose.example:x",
        ),
        *("[::1", "[evil.example]", "[::1]x", "user@localhost", "localhost/", "flowpose", "2130706433"),
    ],
)
def test_other_names_do_not(header: str) -> None:
    with pytest.raises(HostRefused, match="FLOWPOSE_HOSTS"):
        check_host(header, LISTED)


def test_names_without_a_dot_pass_where_the_network_is_let_in_anyway() -> None:
    check_host("flowpose:8000", (), dotless=True)
    with pytest.raises(HostRefused):
        check_host("evil.example", (), dotless=True)


def test_any_name_passes_if_the_operator_says_so() -> None:
    check_host("evil.example", ("*",))


@pytest.mark.parametrize(
    ("text", "plain"),
    [(" Pose.Example. ", "pose.example"), ("*.Lab.example", "*.lab.example"), ("*", "*"), ("::1", "::1")],
)
def test_listed_names_are_written_as_they_are_compared(text: str, plain: str) -> None:
    assert plain_host(text) == plain


@pytest.mark.parametrize(
    "text", ["", "*.", "https://pose.example", "pose.example:80", "a*.example", "a b", "x@y"]
)
def test_what_is_no_name_is_not_listed(text: str) -> None:
    with pytest.raises(ValueError, match="is not a host's name"):
        plain_host(text)


def test_loopback_is_what_only_this_machine_reaches() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.3.2.1", "::1", "a.localhost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.5", "pose.example", "localhost.example")))
