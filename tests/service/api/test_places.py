from __future__ import annotations

import pytest

from service.access.limits import Kind
from service.access.problems import KeyForbids, QuotaUsed
from service.api.places import Places
from service.api.problems import Busy
from tests.clients import client


def test_no_more_are_taken_than_there_are() -> None:
    places = Places(2)
    a, b = client("a"), client("b")
    with places.take(a), places.take(b), pytest.raises(Busy, match="2 videos"), places.take(a):
        pass
    with places.take(a), places.take(a):
        pass


def test_a_place_is_free_again_after_an_error() -> None:
    places = Places(1)
    with pytest.raises(RuntimeError), places.take(client("a", max_videos=1)):
        raise RuntimeError
    with places.take(client("a", max_videos=1)):
        pass


def test_clients_have_places_of_their_own() -> None:
    places = Places(5, Kind.STREAMS)
    a, b = client("a", max_streams=1), client("b", max_streams=2)
    with places.take(a), places.take(b), places.take(b):
        for each in (a, b):
            with pytest.raises(QuotaUsed, match="streams of yours"), places.take(each):
                pass
        assert places.taken == 3
    with places.take(a):
        pass


def test_a_client_may_have_none_at_all() -> None:
    with pytest.raises(KeyForbids, match="'a'"), Places(5).take(client("a", max_videos=0)):
        pass
