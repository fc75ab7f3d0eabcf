from __future__ import annotations

from dataclasses import replace

import pytest

from service.access.problems import TooManyRequests
from service.access.rates import MOST_BUCKETS, Rates
from tests.clients import client

LAB = client("lab", requests_per_s=2, request_burst=3)


def test_a_burst_passes_and_then_the_rate_holds() -> None:
    rates = Rates()
    shares = [rates.take(LAB, 100.0) for _ in range(3)]
    assert [share.left for share in shares if share] == [2, 1, 0]
    with pytest.raises(TooManyRequests, match=r"in 0\.50 s") as caught:
        rates.take(LAB, 100.0)
    assert caught.value.headers == {
        "Retry-After": "1",
        "RateLimit-Policy": '"requests";q=3;w=2',
        "RateLimit": '"requests";r=0;t=2',
    }
    assert rates.take(LAB, 100.5) is not None
    with pytest.raises(TooManyRequests):
        rates.take(LAB, 100.5)


def test_over_time_no_more_pass_than_the_rate_allows() -> None:
    rates, passed = Rates(), 0
    for n in range(1000):
        try:
            rates.take(LAB, 0.01 * n)
        except TooManyRequests:
            continue
        passed += 1
    assert passed == 3 + 19  # the burst, and 2 a second for 9.99 s


def test_each_client_has_its_own() -> None:
    rates, other = Rates(), client("other", requests_per_s=2, request_burst=1)
    for _ in range(3):
        rates.take(LAB, 0)
    share = rates.take(other, 0)
    assert share is not None
    assert share.headers == {"RateLimit-Policy": '"requests";q=1;w=1', "RateLimit": '"requests";r=0;t=1'}


def test_a_client_without_a_limit_is_not_counted() -> None:
    rates = Rates()
    assert all(rates.take(client("free"), 0) is None for _ in range(100))
    assert len(rates) == 0


def test_addresses_without_end_take_no_memory_without_end() -> None:
    rates = Rates()
    for n in range(MOST_BUCKETS + 50):
        rates.take(replace(LAB, name=str(n)), n)
    assert len(rates) == MOST_BUCKETS
