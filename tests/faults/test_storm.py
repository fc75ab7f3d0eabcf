from __future__ import annotations

from pathlib import Path

from tests.faults.storm import through
from tests.running import pulled_networks

SECONDS = 15


def test_good_clients_lose_nothing_whatever_goes_wrong_around_them(tmp_path: Path) -> None:
    pulled_networks()
    storm = through(tmp_path, SECONDS, 1)
    print(storm.table())
    assert storm.good, storm.table()
    assert set(storm.done) == {"videos", "jobs", "streams"}
    assert storm.injected.total() >= 7
