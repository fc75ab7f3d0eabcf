from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fuzz.containers import FOUND, Attack, served
from tests.running import pulled_networks

CASES = 80


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attack]:
    pulled_networks()
    folder = tmp_path_factory.mktemp("fuzz")
    with served(folder) as server:
        yield Attack(server, folder)


def test_broken_files_are_answered_by_name_and_leave_nothing(attack: Attack) -> None:
    tally = attack.run(0, CASES)
    print(tally.report())
    assert not tally.found, tally.report()
    assert tally.cases.total() == CASES


def test_what_was_once_too_much_is_not_any_more(attack: Attack) -> None:
    before = attack.tally.cases.total()
    tally = attack.again()
    assert not tally.found, tally.report()
    assert tally.cases.total() == len(list(FOUND.glob("*.bin"))) + before > before
