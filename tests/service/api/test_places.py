from __future__ import annotations

import pytest

from service.api.places import Places
from service.api.problems import Busy


def test_no_more_are_taken_than_there_are() -> None:
    places = Places(2)
    with places.take(), places.take(), pytest.raises(Busy, match="2 videos"), places.take():
        pass
    with places.take(), places.take():
        pass


def test_a_place_is_free_again_after_an_error() -> None:
    places = Places(1)
    with pytest.raises(RuntimeError), places.take():
        raise RuntimeError
    with places.take():
        pass
