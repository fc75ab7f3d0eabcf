from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from models.evaluation.stills import StillNetwork
from models.evaluation.subjects import gather
from models.scores import beside_them, scores, scores_of
from service.networks.region import Region
from tests.models.disc_people import write_networks, write_people

MODEL = "spatial-net-fusion"


@pytest.fixture
def network(tmp_path: Path) -> StillNetwork:
    return StillNetwork(MODEL, write_networks(tmp_path / "models"))


def test_a_network_is_sure_of_people_and_not_of_the_place_beside_them(
    network: StillNetwork, tmp_path: Path
) -> None:
    (subject,) = gather("mpii", write_people(tmp_path / "mpii", 1)).subjects
    crop = subject.crops[Region.UPPER_BODY]
    nobody = replace(subject, crops={Region.UPPER_BODY: replace(crop, centre=(-4 * crop.half_side, 0.0))})
    sure, unsure = scores_of(network, MODEL, [subject, nobody])
    assert sure > 0.5
    assert unsure < 0.1


def test_a_crop_without_room_beside_it_is_left_out(network: StillNetwork, tmp_path: Path) -> None:
    (subject,) = gather("mpii", write_people(tmp_path / "mpii", 1)).subjects
    width = subject.sample.read().shape[1]
    crop = replace(subject.crops[Region.UPPER_BODY], centre=(width / 2, 100.0), half_side=width / 2)
    assert beside_them(replace(subject, crops={Region.UPPER_BODY: crop}), network) is None
    small = replace(crop, centre=(width / 4, 100.0), half_side=width / 8)
    away = beside_them(replace(subject, crops={Region.UPPER_BODY: small}), network)
    assert away is not None
    assert away.crops[Region.UPPER_BODY].centre[0] > width / 2


def test_the_command_prints_a_row_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_networks(tmp_path / "models")
    monkeypatch.setenv("FLOWPOSE_DATA_DIR", str(tmp_path))
    app = typer.Typer()
    app.command()(scores)
    people = write_people(tmp_path / "mpii", 2)
    done = CliRunner().invoke(app, ["--data", f"mpii={people}", "--model", MODEL])
    assert done.exit_code == 0, done.output
    assert "| people      | 2 " in done.output
    assert "| beside them" in done.output


def test_a_data_set_that_is_not_named_right_is_refused() -> None:
    app = typer.Typer()
    app.command()(scores)
    done = CliRunner().invoke(app, ["--data", "nowhere", "--model", MODEL])
    assert done.exit_code == 2
