from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from service.people.crop import Crop
from service.people.people import REMEMBER, Followed, PeopleMemory
from service.split.seam import Names, OwnNames, names_if_alike
from service.stream_memory import StreamMemory
from service.temporal.pose import FramePoses, Pose


def followed(x: float) -> Followed:
    return Followed(Crop((x, 50.0), 40.0, 0.1), Crop((x + 1, 50.0), 44.0), admitted=True)


def memory(here: dict[int, Followed], **people: object) -> StreamMemory:
    remembered = replace(PeopleMemory(here, {}, max(here, default=0) + 1, (), 310), **people)  # type: ignore[arg-type]
    return StreamMemory(300, (0.04, 0.04), (1.5,), None, remembered, ((1.0, 2.0, 3.0, 4.0),))


def poses(*ids: int) -> FramePoses:
    zeros = np.zeros((1, 2), np.float32)
    people = tuple(Pose(id_, zeros + id_, zeros[:, 0], zeros[:, 0]) for id_ in ids)
    return FramePoses(0, 0.0, people, 1)


TRUE = memory({2: followed(100), 5: followed(300)})
GUESS = memory({1: followed(300), 2: followed(100)})


def test_people_are_called_as_the_joined_run_calls_them() -> None:
    names = names_if_alike(TRUE, GUESS)
    assert names is not None
    answer = names.answer(poses(1, 2))
    assert [(person.id, float(person.joints[0, 0])) for person in answer.people] == [(2, 2.0), (5, 1.0)]


def test_who_comes_later_gets_the_next_name() -> None:
    names = names_if_alike(memory({4: followed(9)}, unused=(2,), next_id=7), memory({1: followed(9)}))
    assert names is not None
    assert [person.id for person in names.answer(poses(1, 2)).people] == [2, 4]
    assert [person.id for person in names.answer(poses(1, 3)).people] == [4, 7]
    people = names.memory(memory({1: followed(9), 3: followed(70)})).people
    assert (set(people.here), people.next_id, people.unused) == ({4, 7}, 8, ())


@pytest.mark.parametrize(
    "other",
    [
        memory({1: followed(300)}),
        memory({1: followed(300), 2: followed(100.1)}),
        memory({1: followed(300), 2: replace(followed(100), doubts=1)}),
        memory({1: followed(300), 2: followed(100)}, look_at=301),
        replace(GUESS, changes=(1.6,)),
        replace(GUESS, gaps_s=(0.04,)),
        replace(GUESS, boxes=()),
        replace(GUESS, frame=320),
    ],
)
def test_runs_that_would_part_are_not_alike(other: StreamMemory) -> None:
    assert names_if_alike(TRUE, other) is None


def test_somebody_lost_a_moment_ago_would_be_known_again_by_one_run_only() -> None:
    lost = {1: (Crop((0.0, 0.0), 9.0), 300 - REMEMBER)}
    assert names_if_alike(memory(dict(TRUE.people.here), lost=lost), GUESS) is None
    long_ago = {1: (Crop((0.0, 0.0), 9.0), 299 - REMEMBER)}
    assert names_if_alike(memory(dict(TRUE.people.here), lost=long_ago), GUESS) is not None


def test_a_run_with_the_true_memory_needs_no_other_names() -> None:
    answer = poses(3, 8)
    assert OwnNames().answer(answer) is answer
    assert OwnNames().memory(TRUE) is TRUE
    assert isinstance(OwnNames(), Names)
