from __future__ import annotations

import numpy as np
import pytest

from service.engine import Engine
from service.options import Options, Pooling, Stage
from service.temporal.pose import FramePoses
from tests.service.test_pipeline import frames, run

COUNT = 24


@pytest.fixture(scope="module")
def pushed(engine: Engine) -> list[list[FramePoses]]:
    """What each push of a live stream with a look-ahead of 5 answers, and then its end."""
    with engine.stream(Options(lookahead=5), live=True) as stream:
        assert stream.stages == (Stage.PROVISIONAL, Stage.FINAL)
        return [*(stream.push(frame) + stream.settle() for frame in frames(COUNT)), stream.finish()]


def test_each_frame_is_answered_at_once_and_again_when_its_look_ahead_has_come(
    pushed: list[list[FramePoses]],
) -> None:
    told = [[(answer.index, answer.stage) for answer in answers] for answers in pushed]
    for n in range(COUNT):
        finals = [(n - 5, Stage.FINAL)] if n >= 5 else []
        assert told[n] == [(n, Stage.PROVISIONAL), *finals]
    assert told[COUNT] == [(n, Stage.FINAL) for n in range(COUNT - 5, COUNT)]


def test_provisional_answers_know_the_past_only(pushed: list[list[FramePoses]]) -> None:
    for n in range(COUNT):
        assert pushed[n][0].pooled == min(n, 15) + 1


def test_finals_are_those_of_a_file(engine: Engine, pushed: list[list[FramePoses]]) -> None:
    finals = [answer for answers in pushed for answer in answers if answer.stage is Stage.FINAL]
    for live, filed in zip(finals, run(engine, Options(lookahead=5), frames(COUNT)), strict=True):
        assert (live.index, live.pooled) == (filed.index, filed.pooled)
        np.testing.assert_allclose(live.people[0].joints, filed.people[0].joints, atol=0.01)


def test_the_provisional_answer_does_not_wait_for_finals_which_come_later_in_order(engine: Engine) -> None:
    with engine.stream(Options(lookahead=2), live=True) as stream:
        told = [[(answer.index, answer.stage) for answer in stream.push(frame)] for frame in frames(5)]
        told.append([(answer.index, answer.stage) for answer in stream.finish()])
    early, late = Stage.PROVISIONAL, Stage.FINAL
    assert all((n, early) in told[n] for n in range(5))
    in_order = [answer for answers in told for answer in answers]
    assert in_order[:8] == [
        (0, early),
        (1, early),
        (2, early),
        (0, late),
        (3, early),
        (1, late),
        (4, early),
        (2, late),
    ]
    assert in_order[8:] == [(3, late), (4, late)]


@pytest.mark.parametrize("options", [Options(lookahead=0), Options(pooling=Pooling.NONE), Options(window=0)])
def test_where_nothing_waits_the_only_stage_is_final(engine: Engine, options: Options) -> None:
    with engine.stream(options, live=True) as stream:
        assert stream.stages == (Stage.FINAL,)
        for frame in frames(3):
            (answer,) = stream.push(frame)
            assert (answer.index, answer.stage) == (frame.index, Stage.FINAL)
        assert stream.finish() == []
