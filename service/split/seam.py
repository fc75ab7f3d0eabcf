"""Whether two runs that met at a frame go on alike, and what one's people are called by the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from service.people.people import REMEMBER, Followed, PeopleMemory
from service.stream_memory import StreamMemory
from service.temporal.pose import FramePoses

SAME = 1e-3  # frame pixels, radians, seconds: like machines agree to the last bit, unlike ones to about 1e-5


class Names:
    """What the people of one run are called in the joined answer.

    Parameters
    ----------
    known
        Names there, by id here.
    memory
        What the joined run remembers of people: where its next ids come from.
    """

    def __init__(self, known: dict[int, int], memory: PeopleMemory) -> None:
        self._known = known
        self._unused = list(memory.unused)
        self._next = memory.next_id

    def of(self, id_: int) -> int:
        """The name of somebody; who was not here before gets the next one."""
        if id_ not in self._known:
            self._known[id_] = self._fresh()
        return self._known[id_]

    def answer(self, poses: FramePoses) -> FramePoses:
        """One frame's answer in these names."""
        people = [replace(pose, id=self.of(pose.id)) for pose in poses.people]
        return replace(poses, people=tuple(sorted(people, key=lambda pose: pose.id)))

    def memory(self, memory: StreamMemory) -> StreamMemory:
        """One frame's memory in these names, with their next ids."""
        people = memory.people
        here = {self.of(id_): followed for id_, followed in people.here.items()}
        lost = {self.of(id_): place for id_, place in people.lost.items()}
        named = PeopleMemory(here, lost, self._next, tuple(self._unused), people.look_at)
        return replace(memory, people=named)

    def _fresh(self) -> int:
        if self._unused:
            return self._unused.pop(0)
        self._next += 1
        return self._next - 1


class OwnNames(Names):
    """Of a run that began with the joined run's memory: everybody is called there as here."""

    def __init__(self) -> None:
        super().__init__({}, PeopleMemory({}, {}, 1, (), 0))

    def answer(self, poses: FramePoses) -> FramePoses:
        """The same."""
        return poses

    def memory(self, memory: StreamMemory) -> StreamMemory:
        """The same."""
        return memory


def names_if_alike(true: StreamMemory, guess: StreamMemory) -> Names | None:
    """Compare what two runs remember of the same frame, one in which people are found anew.

    Parameters
    ----------
    true
        Of the joined run.
    guess
        Of the run that began with no memory.

    Returns
    -------
    What the people of the second are called; None if the runs will not go on alike.
    """
    if true.frame != guess.frame or true.view != guess.view:
        return None
    surroundings = (
        _close(true.gaps_s, guess.gaps_s)
        and _close(true.changes, guess.changes)
        and _close(sorted(true.boxes), sorted(guess.boxes))
    )
    people = _matched(true.people, guess.people, true.frame)
    return Names(people, true.people) if surroundings and people is not None else None


def _matched(true: PeopleMemory, guess: PeopleMemory, frame: int) -> dict[int, int] | None:
    """Names by id, if both follow the same people and will look for more in the same frames."""
    lost = any(frame - when <= REMEMBER for _, when in (*true.lost.values(), *guess.lost.values()))
    if lost or true.look_at != guess.look_at or len(true.here) != len(guess.here):
        return None
    matched: dict[int, int] = {}
    for id_, followed in guess.here.items():
        same = [name for name, other in true.here.items() if _alike(followed, other)]
        if len(same) != 1:
            return None
        matched[id_] = same[0]
    return matched if len(set(matched.values())) == len(matched) else None


def _alike(one: Followed, other: Followed) -> bool:
    states = (one.doubts, one.admitted) == (other.doubts, other.admitted)
    return states and _close(_numbers(one), _numbers(other))


def _numbers(followed: Followed) -> list[float]:
    return [
        number
        for crop in (followed.crop, followed.found)
        for number in (*crop.centre, crop.half_side, crop.angle)
    ]


def _close(ours: Sequence[object], theirs: Sequence[object]) -> bool:
    one, other = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    return one.shape == other.shape and bool((np.abs(one - other) <= SAME).all())
