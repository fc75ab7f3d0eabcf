from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from service.commands.newest import Newest


def test_items_not_taken_are_given_up_for_the_newest() -> None:
    goes_on, all_made, given_up = threading.Event(), threading.Event(), list[int]()

    def source() -> Generator[int]:
        yield 0
        assert goes_on.wait(10)
        yield from (1, 2, 3, 4)
        all_made.set()

    with Newest(source(), given_up.append) as newest:
        assert next(newest) == 0
        goes_on.set()
        assert all_made.wait(10)
        assert list(newest) == [4]
    assert given_up == [1, 2, 3]


def test_nothing_begins_before_the_first_item_is_asked_for() -> None:
    begun = threading.Event()

    def source() -> Generator[int]:
        begun.set()
        yield 0

    with Newest(source(), lambda _: None):
        pass
    assert not begun.is_set()


def test_each_item_is_taken_when_the_consumer_keeps_up() -> None:
    taken = threading.Semaphore(1)

    def source() -> Generator[int]:
        for n in range(50):
            assert taken.acquire(timeout=10)
            yield n

    given_up: list[int] = []
    with Newest(source(), given_up.append) as newest:
        for expected, item in enumerate(newest):
            assert item == expected
            taken.release()
    assert given_up == []


def test_an_error_of_the_source_is_kept_and_items_before_it_come() -> None:
    def source() -> Generator[int]:
        yield 1
        raise RuntimeError("unplugged")

    with Newest(source(), lambda _: None) as newest:
        assert list(newest) == [1]
    assert isinstance(newest.failure, RuntimeError)


@pytest.mark.parametrize("asked", [False, True])
def test_leaving_stops_the_source_and_closes_it(asked: bool) -> None:
    closed = threading.Event()

    def endless() -> Generator[int]:
        try:
            while True:
                yield 0
        finally:
            closed.set()

    with Newest(endless(), lambda _: None) as newest:
        next(newest)
        if asked:
            newest.stop()
            assert closed.wait(10)
    assert closed.is_set()
    assert newest.failure is None
    assert "flowpose-camera" not in {thread.name for thread in threading.enumerate()}
