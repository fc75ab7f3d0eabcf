from __future__ import annotations

from pathlib import Path

from tests.faults.kill_jobs import Run
from tests.running import pulled_networks


def test_jobs_survive_the_death_of_the_server(tmp_path: Path) -> None:
    pulled_networks()
    tally = Run(tmp_path, frames=45, seed=5).through(kills=3)
    assert tally.kills == 3
    assert tally.jobs > 0
    assert tally.interrupted > 0
    assert (tally.wrong, tally.lost) == (0, 0)
