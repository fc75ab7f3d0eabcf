from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.training.targets import gaussian_targets
from models.warping.aim import MOST_OFF, Aim, lesson, shifted
from models.warping.measure import highest
from models.warping.pairs import Pairs, Picker
from service.temporal.grid import STRIDE
from tests.models.drawn_recordings import drawn

OFF = torch.tensor([2.0, -1.0])  # cells, from the network's peaks to the labels


@pytest.fixture
def pairs() -> Pairs:
    """Labels of A and B lie beside what the network says."""
    drawn_pairs = Picker([drawn(seed, joints=3) for seed in range(2)], every=7).draw(5, (0,))
    labels = (drawn_pairs.joints_here + OFF * STRIDE, drawn_pairs.joints_there + OFF * STRIDE)
    return replace(
        drawn_pairs, joints_here=labels[0], joints_there=labels[1], off=OFF.expand(5, 3, 2).clone()
    )


def test_maps_are_moved_each_its_own_way() -> None:
    maps = torch.rand(1, 2, 8, 8)
    moved = shifted(maps, torch.tensor([[[2.0, 1.0], [0.0, 0.0]]]))
    torch.testing.assert_close(moved[0, 0, 1:, 2:], maps[0, 0, :7, :6], atol=1e-5, rtol=0)
    torch.testing.assert_close(moved[0, 1], maps[0, 1], atol=1e-5, rtol=0)
    assert moved[0, 0, 0].max() < 1e-5


@pytest.mark.parametrize(("aim", "missed_cells"), [(Aim.MOTION, 0), (Aim.SHIFTED, 0), (Aim.LABELS, 5**0.5)])
def test_what_is_carried_lies_at_labels_of_b_or_where_the_network_put_it(
    pairs: Pairs, aim: Aim, missed_cells: float
) -> None:
    taught = lesson(pairs, aim)
    missed = (highest(taught.there) - pairs.joints_there).norm(dim=2) / STRIDE
    assert missed.median() == pytest.approx(missed_cells, abs=0.75)  # read to the nearest cell
    back = (highest(taught.here) - pairs.joints_here).norm(dim=2) / STRIDE
    assert back.median() == pytest.approx(missed_cells, abs=0.75)
    torch.testing.assert_close(taught.targets, gaussian_targets(pairs.joints_here))
    assert taught.known.all()


def test_joints_count_where_all_that_is_asked_for_is_known(pairs: Pairs) -> None:
    pairs.joints_there[0, 1] = torch.nan
    pairs.joints_here[1, 2] = pairs.off[1, 2] = torch.nan
    pairs.off[2, 0] = MOST_OFF
    unknown = {aim: {tuple(at) for at in (~lesson(pairs, aim).known).nonzero().tolist()} for aim in Aim}
    assert unknown == {
        Aim.MOTION: {(0, 1), (1, 2)},
        Aim.SHIFTED: {(1, 2), (2, 0)},
        Aim.LABELS: {(1, 2)},
    }
    for aim in Aim:
        assert not lesson(pairs, aim).there.isnan().any()
