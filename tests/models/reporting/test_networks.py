"""The section on networks, with two networks of known skill."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.reporting.bench import Bench
from models.reporting.errors import DataMissing
from models.reporting.networks import NETWORKS_SECTION as SECTION
from models.reporting.record import Figures, Record


@pytest.fixture
def figures(discs_bench: Bench, tmp_path: Path) -> Figures:
    """As they come back from disc."""
    path = tmp_path / "networks.json"
    Record("", "", "", 0, SECTION.measure(discs_bench)).save(path)
    return Record.load(path).figures


def test_networks_that_are_here_are_measured_on_everybody(figures: Figures) -> None:
    assert {"spatial-net-fusion", "spatial-net"} <= set(figures["models"])
    assert figures["sets"] == {"mpii": {"people": 2, "left_out": 1}}
    good, confused = (figures["models"][name]["all"]["pck"] for name in ("spatial-net-fusion", "spatial-net"))
    assert (good["wrist"], good["mean"]) == (100, 100)
    assert (confused["head"], confused["wrist"]) == (100, 0)


def test_the_tables_name_what_is_missing_and_who_was_left_out(figures: Figures) -> None:
    text = SECTION.write(figures)
    assert "Not here when this was measured: " in text
    assert "blazepose-full, blazepose-heavy." in text
    assert "**mpii, 2 pictures (1 left out)**" in text
    assert "| spatial-net-fusion | 100.0 | 100.0 | 100.0 | 100.0 | 100.0 | 100.0 |" in text
    assert "| spatial-net | 100.0 | 0.0 | 0.0 | 0.0 |" in text


def test_claims_are_made_only_of_networks_that_are_here(figures: Figures) -> None:
    here = {name: figures["models"][name] for name in ("spatial-net-fusion", "spatial-net")}
    claims = SECTION.claims({**figures, "models": here})
    assert [claim.holds for claim in claims] == [True, True]
    assert "spatial-net-fusion 100.0, spatial-net 0.0" in claims[0].found


def test_curves_are_drawn(figures: Figures, tmp_path: Path) -> None:
    path = tmp_path / "networks.png"
    SECTION.draw(figures, path)
    assert 5_000 < path.stat().st_size < 100_000


def test_without_pictures_it_says_what_it_needs(discs_bench: Bench) -> None:
    with pytest.raises(DataMissing, match="mpii, coco, street, jhmdb"):
        SECTION.measure(replace(discs_bench, data={}))
