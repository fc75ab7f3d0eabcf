from __future__ import annotations

import pytest

from service.access.deadline import Deadline
from service.access.exposure import exposure
from service.access.limits import KeyLimits, Kind, Limits
from service.access.problems import KeyForbids, QuotaUsed, RequestTooLong
from service.access.proxies import plain_proxy
from service.settings import Settings
from tests.clients import client


def test_a_key_says_less_of_what_one_request_may_cost_and_never_more() -> None:
    everybodys = Limits.from_settings(Settings(max_pixels=100, max_seconds=10, max_upload_bytes=1000))
    less = everybodys.of_key(KeyLimits(max_pixels=50, max_seconds=20, max_upload_bytes=2000))
    assert (less.max_pixels, less.max_seconds, less.max_upload_bytes) == (50, 10, 1000)
    assert (less.media.max_pixels, less.media.max_seconds) == (50, 10)
    assert everybodys.of_key(KeyLimits()) == everybodys


def test_how_many_at_once_a_key_says_itself() -> None:
    everybodys = Limits.from_settings(Settings(max_streams_per_client=1, max_jobs_per_client=2))
    own = everybodys.of_key(KeyLimits(max_streams=4, max_videos=0))
    assert [own.at_once(kind) for kind in (Kind.STREAMS, Kind.VIDEOS, Kind.JOBS)] == [4, 0, 2]


def test_one_more_is_admitted_until_there_are_enough() -> None:
    client("lab", max_jobs=2).admit(Kind.JOBS, 1)
    client("lab").admit(Kind.JOBS, 1_000_000)
    with pytest.raises(QuotaUsed, match="2 jobs of yours"):
        client("lab", max_jobs=2).admit(Kind.JOBS, 2)
    with pytest.raises(KeyForbids, match="No jobs are allowed to 'lab'"):
        client("lab", max_jobs=0).admit(Kind.JOBS, 0)


def test_what_is_left_behind_is_a_keys_or_everybodys() -> None:
    keyed = client("lab")
    stranger = type(keyed)("203.0.113.7", keyed=False, limits=keyed.limits)
    assert (keyed.owner, stranger.owner) == ("lab", "")


def test_a_deadline_ends_what_goes_on_after_it() -> None:
    assert list(Deadline(60).until("abc")) == ["a", "b", "c"]
    over = Deadline(-1).until("abc")
    assert next(over) == "a"
    with pytest.raises(RequestTooLong):
        next(over)


@pytest.mark.parametrize(
    ("host", "told"), [("127.0.0.1", False), ("::1", False), ("0.0.0.0", True), ("::", True)]
)
def test_the_operator_is_told_of_a_service_open_to_all(host: str, told: bool) -> None:
    assert bool(exposure(Settings(host=host))) == told
    assert exposure(Settings(host=host, keys="/some/keys")) is None


@pytest.mark.parametrize(("text", "plain"), [(" 10.0.0.0/8 ", "10.0.0.0/8"), ("::1", "::1"), ("*", "*")])
def test_a_proxy_is_an_address_or_a_network(text: str, plain: str) -> None:
    assert plain_proxy(text) == plain


@pytest.mark.parametrize("text", ["", "proxy.example", "10.0.0.1/8", "10.0.0.300"])
def test_a_proxy_is_nothing_else(text: str) -> None:
    with pytest.raises(ValueError, match="neither an address nor a network"):
        plain_proxy(text)
