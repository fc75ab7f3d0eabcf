from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from service.stage_clock import StageClock
from service.watch import Watch, each_timed, timed, watch, watched_by


class Listening(Watch):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, float]] = []

    def stage(self, stage: str, seconds: float) -> None:
        self.heard.append((stage, seconds))


def test_nobody_watches_unless_told_so() -> None:
    assert dict(watch().ids) == {}
    with watched_by(Listening()) as _:
        assert isinstance(watch(), Listening)
    assert not isinstance(watch(), Listening)


def test_a_stage_is_told_even_if_it_fails() -> None:
    listening = Listening()
    with watched_by(listening), pytest.raises(ZeroDivisionError), timed("work"):
        raise ZeroDivisionError
    assert [name for name, _ in listening.heard] == ["work"]


def test_a_clock_adds_up_and_tells() -> None:
    clock, listening = StageClock(), Listening()
    with watched_by(listening):
        for _ in range(3):
            with clock("pool"):
                pass
    assert [name for name, _ in listening.heard] == ["pool"] * 3
    assert clock.seconds["pool"] == pytest.approx(sum(seconds for _, seconds in listening.heard))


def test_the_making_of_items_is_timed_and_their_use_is_not() -> None:
    making, wait = threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        for n in range(2):
            making.set()
            wait.wait(0.05)
            yield n

    listening = Listening()
    with watched_by(listening):
        for _ in each_timed("decode", items()):
            threading.Event().wait(0.2)
    assert [name for name, _ in listening.heard] == ["decode"] * 2
    assert sum(seconds for _, seconds in listening.heard) < 0.3


def test_an_error_of_the_items_is_theirs() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    timed_items = each_timed("decode", items())
    assert next(timed_items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(timed_items)
