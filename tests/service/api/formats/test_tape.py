from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from service.api.formats.tape import Tape
from service.networks.blazepose33 import BLAZEPOSE33
from service.temporal.pose import FramePoses
from tests.service.api.formats.walkers import PEOPLE, RATE, START_S


@pytest.fixture
def tape() -> Iterator[Tape]:
    made = Tape(BLAZEPOSE33.joints, None)
    yield made
    made.close()


def test_what_was_put_is_read_again_and_again(tape: Tape, walk: list[FramePoses]) -> None:
    for frame in walk:
        tape.put(frame)
    for _ in range(2):
        read = list(tape)
        assert [(taped.index, taped.time_s) for taped in read] == [(one.index, one.time_s) for one in walk]
        for taped, frame in zip(read, walk, strict=True):
            assert list(taped.people) == [person.id for person in frame.people]
            for person in frame.people:
                np.testing.assert_array_equal(taped.people[person.id], person.joints)


def test_it_knows_everybody_and_the_rate(tape: Tape, walk: list[FramePoses]) -> None:
    for frame in walk:
        tape.put(frame)
    assert tape.ids == (1, 4)
    assert tape.frames == len(PEOPLE)
    assert tape.start_s == START_S
    assert tape.rate == pytest.approx(RATE)
    assert len(tape.labels) == 66


def test_who_is_not_there_is_not_a_number(tape: Tape, walk: list[FramePoses]) -> None:
    for frame in walk:
        tape.put(frame)
    rows = [tape.row(taped) for taped in tape]
    assert {row.shape for row in rows} == {(66, 2)}
    assert [bool(np.isnan(row[:33]).all()) for row in rows] == [1 not in ids for ids in PEOPLE]
    assert [bool(np.isnan(row[33:]).all()) for row in rows] == [4 not in ids for ids in PEOPLE]


def test_one_frame_has_a_rate_all_the_same(tape: Tape, walk: list[FramePoses]) -> None:
    tape.put(replace(walk[0], time_s=7.0))
    assert (tape.rate, tape.start_s, tape.labels) == (30.0, 7.0, BLAZEPOSE33.joints)
