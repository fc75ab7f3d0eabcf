from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.media.errors import VideoDamaged
from service.media.prefetch import read_ahead
from service.media.video import open_video
from tests.videos import number_of, steady, truncate, write_numbered


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    before = threading.enumerate()
    yield
    assert threading.enumerate() == before


class Counter:
    """An endless source that tells how far it was driven, and by which thread."""

    def __init__(self) -> None:
        self.given = 0
        self.threads: set[int] = set()
        self.asked = threading.Semaphore(0)

    def __iter__(self) -> Iterator[int]:
        while True:
            self.threads.add(threading.get_ident())
            self.asked.release()
            self.given += 1
            yield self.given - 1


def test_gives_everything_in_order() -> None:
    with read_ahead(range(1000), depth=3) as items:
        assert list(items) == list(range(1000))
        assert list(items) == []


def test_the_source_runs_in_one_other_thread() -> None:
    source = Counter()
    with read_ahead(source, depth=2) as items:
        for _ in range(50):
            next(items)
    assert len(source.threads) == 1
    assert threading.get_ident() not in source.threads


def test_runs_ahead_by_its_depth_and_no_further() -> None:
    source = Counter()
    with read_ahead(source, depth=4) as items:
        for _ in range(5):  # four that wait and one in the thread's hand
            assert source.asked.acquire(timeout=10)
        assert not source.asked.acquire(timeout=0.1)
        assert next(items) == 0
        assert source.asked.acquire(timeout=10)
        assert not source.asked.acquire(timeout=0.1)


def test_an_error_comes_after_the_items_before_it() -> None:
    def source() -> Iterator[int]:
        yield 1
        yield 2
        raise VideoDamaged("the rest is missing")

    with read_ahead(source(), depth=8) as items:
        assert next(items) == 1
        assert next(items) == 2
        with pytest.raises(VideoDamaged, match="the rest"):
            next(items)
        assert list(items) == []


def test_leaving_early_stops_a_thread_that_waits_for_room() -> None:
    source = Counter()
    with read_ahead(source, depth=2) as items:
        assert next(items) == 0
    given = source.given
    assert given <= 4
    assert list(items) == []
    assert source.given == given


def test_leaving_by_an_error_stops_the_thread_and_keeps_the_error() -> None:
    with pytest.raises(ZeroDivisionError), read_ahead(Counter()) as items:
        1 / next(items)  # the first item is 0


def test_closing_twice_does_no_harm() -> None:
    with read_ahead(range(3)) as items:
        items.close()
    items.close()


def test_never_entered_it_does_nothing() -> None:
    items = read_ahead(range(3))
    with pytest.raises(RuntimeError, match="context"):
        next(items)
    items.close()


def test_a_depth_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="depth is 0"):
        read_ahead([], depth=0)


def test_reads_a_video_ahead(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", steady(40))
    with open_video(path) as video, read_ahead(video, depth=4) as frames:
        assert [number_of(frame.image) for frame in frames] == list(range(40))


def test_a_damaged_video_tells_so_at_its_end(tmp_path: Path) -> None:
    path = truncate(write_numbered(tmp_path / "a.mp4", steady(40)), 0.7)
    numbers = []
    with open_video(path) as video, read_ahead(video, depth=4) as frames, pytest.raises(VideoDamaged):
        numbers.extend(number_of(frame.image) for frame in frames)
    assert numbers[:10] == list(range(10))


def test_a_video_left_in_the_middle_can_be_closed(tmp_path: Path) -> None:
    path = write_numbered(tmp_path / "a.mp4", steady(40))
    with open_video(path) as video, read_ahead(video, depth=2) as frames:
        assert next(frames).index == 0
