"""Real networks of known skill on single pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.evaluation.stills import Found, StillNetwork, share_within, to_blocked, together
from models.evaluation.subjects import gather
from service.networks.catalogue import ModelMissing
from service.networks.upper7 import UPPER7
from service.temporal.joints import peaks
from tests.models.disc_people import HEAD, TORSO, write_networks, write_people


@pytest.fixture
def found(tmp_path: Path) -> Found:
    subjects = gather("mpii", write_people(tmp_path / "mpii", 2)).subjects
    return StillNetwork("spatial-net-fusion", write_networks(tmp_path / "models")).find(subjects)


def test_a_network_that_finds_everything_has_no_errors(found: Found) -> None:
    assert found.distance_px.shape == (2, 7)
    assert (found.distance_px < 2).all()
    assert found.pck(0.05).tolist() == [100.0] * 7
    assert found.torso_px.tolist() == pytest.approx([TORSO] * 2)
    assert found.head_px.tolist() == pytest.approx([HEAD] * 2)


def test_a_network_that_confuses_the_sides_finds_only_the_head(tmp_path: Path) -> None:
    subjects = gather("mpii", write_people(tmp_path / "mpii", 1)).subjects
    found = StillNetwork("spatial-net", write_networks(tmp_path / "models")).find(subjects)
    assert found.pck(0.2).tolist() == [100.0] + [0.0] * 6


def test_blazepose_is_read_in_its_own_crop_and_order(models_dir: Path, tmp_path: Path, jhmdb: Path) -> None:
    subjects = gather("jhmdb", jhmdb).subjects
    found = StillNetwork("blazepose-full", models_dir).find(subjects)
    heads, shoulders = found.pck(0.3)[0], found.pck(0.3)[5:]
    assert heads == 100
    assert (shoulders == 100).all()
    assert np.isnan(found.pck(0.3)[1:5]).all()


def test_distances_are_stated_in_torsos_heads_and_pixels_of_the_crop() -> None:
    distance = np.array([[30, np.nan]], np.float32)
    one = np.ones(1, np.float32)
    found = Found(distance, 100 * one, 50 * one, 0.5 * one)
    assert found.pck(0.29)[0] == 0
    assert found.pck(0.31)[0] == 100
    assert found.pckh(0.59)[0] == 0
    assert found.pckh(0.61)[0] == 100
    assert found.within(14)[0] == 0
    assert found.within(16)[0] == 100
    assert np.isnan(found.pck(9)[1])


def test_what_is_not_labelled_counts_neither_way() -> None:
    errors = np.array([[0.1], [np.nan], [0.3], [0.5]], np.float32)
    assert share_within(errors, 0.3).tolist() == pytest.approx([200 / 3])


def test_data_sets_are_added_up_by_person(found: Found) -> None:
    both = together([found, found])
    assert both.distance_px.shape == (4, 7)
    assert both.scale.shape == (4,)


def test_maps_in_the_order_of_the_service_keep_their_peaks() -> None:
    maps = np.zeros((7, 64, 64), np.float32)
    places = [(3 + 5 * n, 60 - 7 * n) for n in range(7)]
    for joint, (x, y) in enumerate(places):
        maps[joint, y, x] = 1
    assert peaks(to_blocked(maps))[0].tolist() == [list(place) for place in places]


def test_a_network_that_is_not_here_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="blazepose-heavy"):
        StillNetwork("blazepose-heavy", tmp_path)


def test_a_disc_network_has_the_joints_of_the_papers(tmp_path: Path) -> None:
    assert StillNetwork("spatial-net", write_networks(tmp_path)).skeleton is UPPER7
