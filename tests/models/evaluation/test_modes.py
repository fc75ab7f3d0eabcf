"""Failures of two modes, made by a network that confuses the sides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.evaluation.modes import Change, changes
from models.evaluation.stills import StillNetwork
from models.evaluation.subjects import gather
from tests.models.disc_people import write_networks, write_people


@pytest.fixture
def networks(tmp_path: Path) -> tuple[StillNetwork, StillNetwork]:
    folder = write_networks(tmp_path / "models")
    return StillNetwork("spatial-net", folder), StillNetwork("spatial-net-fusion", folder)


def test_all_limbs_are_put_right_and_the_head_was_never_wrong(
    tmp_path: Path, networks: tuple[StillNetwork, StillNetwork]
) -> None:
    subjects = gather("mpii", write_people(tmp_path / "mpii", 1)).subjects
    found = changes(*networks, subjects)
    assert [each.joint for each in found] == [1, 2, 3, 4, 5, 6]
    assert all(each.removed and each.two_modes for each in found)
    assert [each.near for each in found] == pytest.approx([0.7] * 6, abs=0.05)


def test_the_other_way_round_nothing_is_put_right(
    tmp_path: Path, networks: tuple[StillNetwork, StillNetwork]
) -> None:
    subjects = gather("mpii", write_people(tmp_path / "mpii", 1)).subjects
    found = changes(networks[1], networks[0], subjects)
    assert len(found) == 6
    assert not any(each.removed for each in found)


def test_a_small_miss_is_not_a_failure() -> None:
    nothing = np.zeros((2, 64, 64), np.float32)
    labels = np.zeros((7, 2), np.float32)
    assert not Change(1, (0.3, 0.1), 1.0, nothing, labels).removed
    assert not Change(1, (0.6, 0.3), 1.0, nothing, labels).removed
    assert Change(1, (0.6, 0.1), 1.0, nothing, labels).removed
    assert not Change(1, (0.6, 0.1), 0.4, nothing, labels).two_modes
