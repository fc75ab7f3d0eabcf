from __future__ import annotations

from pathlib import Path

from tests.fuzz.sockets import Attack, served
from tests.running import pulled_networks

TALKS = 80


def test_rude_clients_are_parted_from_by_name_and_an_honest_one_loses_nothing(tmp_path: Path) -> None:
    pulled_networks()
    with served(tmp_path) as server:
        tally = Attack(server).run(TALKS, None)
    print(tally.report())
    assert not tally.found, tally.report()
    assert tally.cases["talks"] == TALKS
    assert tally.cases["pictures of the honest stream, all answered"] > 0
