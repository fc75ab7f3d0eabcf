"""Who is hired, waited for and let go, with workers that have nothing to do."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import pytest

from service.engine import RunInfo
from service.networks.blazepose33 import BLAZEPOSE33
from service.split.crew import Crew, Worker, WorkerDied
from service.split.errors import WorkersDied, WorkersDiffer, WorkersUnreachable
from service.split.identity import Identity
from service.split.segment import Segment
from service.split.task import Result, Task

TASK = Task(Segment(0, None, 0, None, 0), None)


def identity(sha256: str = "1", device: str = "cuda:0") -> Identity:
    run = RunInfo("net", sha256, 15, 15, "dis", "parametric", device, BLAZEPOSE33)
    return Identity("host", 1, "1", "1", "1", "1", "1", run)


class Clerk:
    """Answers at once, and says who it is and whether it was let go."""

    def __init__(self, who: Identity, dies: bool = False) -> None:
        self._who, self._dies = who, dies
        self.closed = False

    def identity(self) -> Identity:
        if self._dies:
            raise WorkerDied("it was tired")
        return self._who

    def work(self, task: Task) -> Result:
        return Result((), (), None, True, None, None, task.segment.first, self._who)

    def close(self) -> None:
        self.closed = True


class Office:
    """Hires these, and then nobody."""

    def __init__(self, clerks: Iterable[Clerk]) -> None:
        self._left = list(clerks)

    def hire(self) -> Worker:
        if not self._left:
            raise WorkersUnreachable("There is no more room.")
        return self._left.pop(0)


def test_fewer_workers_than_were_asked_for_are_enough() -> None:
    clerk = Clerk(identity())
    with Crew(Office([clerk]).hire, 4) as crew:
        results = [crew.submit(TASK) for _ in range(20)]
        assert all(result.result().ended for result in results)
    assert clerk.closed


def test_no_worker_at_all_is_an_error() -> None:
    with pytest.raises(WorkersUnreachable, match="no more room"):
        Crew(Office([]).hire, 2)


def test_a_first_worker_that_dies_at_once_is_told() -> None:
    clerk = Clerk(identity(), dies=True)
    with pytest.raises(WorkersDied, match="it was tired"):
        Crew(Office([clerk]).hire, 2)
    assert clerk.closed


def test_another_card_is_no_difference_and_another_network_is() -> None:
    begun, may_end = threading.Semaphore(0), threading.Event()

    class Slow(Clerk):
        def work(self, task: Task) -> Result:
            begun.release()
            may_end.wait()
            return super().work(task)

    clerks = [Slow(identity()), Slow(identity(device="cuda:1")), Clerk(identity(sha256="2"))]
    with Crew(Office(clerks).hire, 3) as crew:
        slow = [crew.submit(TASK), crew.submit(TASK)]
        for _ in slow:
            begun.acquire()
        with pytest.raises(WorkersDiffer, match="sha256 is 1 on one and 2 on the other"):
            crew.submit(TASK).result()
        may_end.set()
        assert all(result.result().ended for result in slow)
    assert all(clerk.closed for clerk in clerks)
