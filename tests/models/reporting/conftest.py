"""A JHMDB whose clip may be measured on, and benches over data that is written on the spot."""

from __future__ import annotations

import json
from pathlib import Path
from zlib import crc32

import pytest

from models.reporting.bench import Bench
from tests.models.disc_people import write_networks, write_people


@pytest.fixture
def odd_jhmdb(jhmdb: Path) -> Path:
    """The folder of `jhmdb`, its clip of tier A named so that no weights are learnt from it."""
    name = next(name for n in range(99) if crc32((name := f"{n:03}_wave.mp4").encode()) % 2)
    document = json.loads((jhmdb / "joints.json").read_text())
    document["clips"][name] = document["clips"].pop("001_wave.mp4")
    (jhmdb / "joints.json").write_text(json.dumps(document))
    (jhmdb / "clips" / "001_wave.mp4").rename(jhmdb / "clips" / name)
    return jhmdb


@pytest.fixture
def clips_bench(odd_jhmdb: Path, models_dir: Path) -> Bench:
    return Bench({"jhmdb": odd_jhmdb}, models_dir, workers=1)


@pytest.fixture
def discs_bench(tmp_path: Path) -> Bench:
    """Three people, one of them without hips, and the two networks that know them."""
    people = write_people(tmp_path / "mpii", 3, without_hips=1)
    return Bench({"mpii": people}, write_networks(tmp_path / "models"), workers=1)
