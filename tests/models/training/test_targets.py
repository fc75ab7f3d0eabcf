from __future__ import annotations

import pytest
import torch

from models.training.targets import ENERGY, gaussian_targets
from service.temporal.grid import STRIDE


def test_the_peak_is_1_in_the_joints_cell() -> None:
    maps = gaussian_targets(torch.tensor([[[4 * 40 + 1.5, 4 * 20 + 1.5]]]))
    assert maps.shape == (1, 1, 64, 64)
    assert float(maps[0, 0, 20, 40]) == 1
    assert int(maps.flatten().argmax()) == 20 * 64 + 40


def test_between_cells_the_centre_of_mass_is_the_joint() -> None:
    joint = torch.tensor([150.0, 77.3])
    target = gaussian_targets(joint[None, None])[0, 0]
    rows, columns = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    x, y = (target * columns).sum() / target.sum(), (target * rows).sum() / target.sum()
    assert (float(x) * STRIDE + 1.5, float(y) * STRIDE + 1.5) == pytest.approx(joint.tolist(), abs=0.01)


def test_at_one_and_a_half_cells_it_has_fallen_by_one_sigma() -> None:
    target = gaussian_targets(torch.tensor([[[4 * 40 + 1.5 + 6, 4 * 20 + 1.5]]]))[0, 0]
    assert float(target[20, 40]) == pytest.approx(0.6065, abs=1e-3)


def test_its_energy_is_what_the_losses_count_as_1() -> None:
    target = gaussian_targets(torch.tensor([[[128.0, 128.0]]]))
    assert float((target**2).sum()) == pytest.approx(ENERGY, rel=1e-3)


def test_a_joint_far_outside_and_one_not_known_leave_empty_maps() -> None:
    maps = gaussian_targets(torch.tensor([[[-60.0, 100.0], [float("nan"), float("nan")]]]))
    assert float(maps.abs().max()) < 1e-6


def test_on_fewer_cells_the_peak_is_where_the_smaller_picture_has_the_joint() -> None:
    maps = gaussian_targets(torch.tensor([[[8 * 20 + 3.5, 8 * 10 + 3.5]]]), side=32)
    assert maps.shape == (1, 1, 32, 32)
    assert float(maps[0, 0, 10, 20]) == 1
