from __future__ import annotations

import pytest

from service.api.stream.pace import BURST, Pace


@pytest.mark.parametrize(("offered", "allowed"), [(30, 10), (60, 25), (100, 100)])
def test_in_the_long_run_it_is_the_rate(offered: int, allowed: int) -> None:
    pace = Pace(allowed)
    let_through = sum(pace.admits(n / offered) for n in range(10 * offered))
    assert let_through == pytest.approx(10 * allowed, abs=BURST)


def test_frames_of_a_steady_camera_that_come_in_lumps_are_let_through() -> None:
    pace = Pace(30)
    assert all(pace.admits(lump / 10) for lump in range(50) for _ in range(3))


def test_more_than_a_burst_at_once_is_not() -> None:
    pace = Pace(30)
    assert [pace.admits(5.0) for _ in range(BURST + 2)] == [True] * BURST + [False] * 2


def test_after_a_pause_there_is_no_more_than_one_burst() -> None:
    pace = Pace(30)
    pace.admits(0.0)
    assert sum(pace.admits(100.0) for _ in range(50)) == BURST
