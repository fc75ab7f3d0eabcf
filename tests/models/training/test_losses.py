from __future__ import annotations

import pytest
import torch

from models.training.losses import coordinate_loss, map_error, spatial_loss, stages_loss
from models.training.targets import gaussian_targets

JOINTS = torch.tensor([[[100.0, 120.0], [30.0, 40.0]], [[200.0, 10.0], [float("nan"), float("nan")]]])
KNOWN = ~JOINTS[..., 0].isnan()
TARGETS = gaussian_targets(JOINTS)


def test_empty_maps_are_wrong_by_1_for_each_joint() -> None:
    inside = torch.tensor([[[100.0, 120.0], [60.0, 70.0]]])
    targets = gaussian_targets(inside)
    assert float(map_error(torch.zeros_like(targets), targets, torch.ones(1, 2))) == pytest.approx(
        1, rel=1e-3
    )


def test_the_two_ends_weigh_1_and_3() -> None:
    empty = torch.zeros_like(TARGETS)
    conv8 = float(spatial_loss((empty, TARGETS), JOINTS, KNOWN))
    fused = float(spatial_loss((TARGETS, empty), JOINTS, KNOWN))
    assert fused == pytest.approx(3 * conv8)
    assert float(spatial_loss(empty, JOINTS, KNOWN)) == pytest.approx(conv8)


def test_every_stage_weighs_the_same() -> None:
    empty = torch.zeros_like(TARGETS)
    one = float(stages_loss((empty,), JOINTS, KNOWN))
    assert one > 0
    for stages, wrong in (((empty, TARGETS), 1), ((TARGETS, empty), 1), ((empty, TARGETS, empty), 2)):
        assert float(stages_loss(stages, JOINTS, KNOWN)) == pytest.approx(wrong * one)


def test_a_joint_that_is_not_known_has_no_gradient() -> None:
    maps = torch.rand(2, 2, 64, 64, requires_grad=True)
    spatial_loss(maps, JOINTS, KNOWN).backward()
    assert maps.grad is not None
    assert float(maps.grad[1, 1].abs().max()) == 0
    assert all(float(maps.grad[index].abs().max()) > 0 for index in ((0, 0), (0, 1), (1, 0)))


def test_nor_has_its_coordinate() -> None:
    points = torch.rand(2, 2, 2, requires_grad=True)
    coordinate_loss(points, JOINTS, KNOWN).backward()
    assert points.grad is not None
    assert torch.isfinite(points.grad).all()
    assert points.grad[1, 1].tolist() == [0, 0]
    assert float(points.grad[0, 0].abs().min()) > 0


def test_coordinates_are_off_in_half_sides() -> None:
    off = JOINTS.nan_to_num(5.0) + torch.tensor([128.0, 0.0])
    assert float(coordinate_loss(off, JOINTS, KNOWN)) == pytest.approx(1)


def test_nobody_known_is_no_loss_and_no_nan() -> None:
    nothing = torch.zeros_like(KNOWN)
    assert float(spatial_loss(torch.rand(2, 2, 64, 64), JOINTS, nothing)) == 0


def test_a_loss_names_the_output_that_it_cannot_read() -> None:
    with pytest.raises(TypeError, match="list"):
        spatial_loss([1], JOINTS, KNOWN)
    with pytest.raises(TypeError, match="Tensor"):
        stages_loss(TARGETS, JOINTS, KNOWN)
    with pytest.raises(TypeError, match="tuple"):
        coordinate_loss((1, 2), JOINTS, KNOWN)
