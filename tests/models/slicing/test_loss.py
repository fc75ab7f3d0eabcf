from __future__ import annotations

import torch

from models.slicing.loss import HingeLoss

LABELS = torch.tensor([[[20.0, 12.0]]])
KNOWN = torch.tensor([[True]])


def beliefs_of(near: float, elsewhere: float) -> torch.Tensor:
    rows, columns = torch.meshgrid(torch.arange(64), torch.arange(64), indexing="ij")
    is_near = (columns - 20) ** 2 + (rows - 12) ** 2 <= 9
    return torch.where(is_near, near, elsewhere)[None, None]


def plain_loss() -> HingeLoss:
    loss = HingeLoss(1)
    torch.nn.init.ones_(loss.scale)
    return loss


def test_beliefs_beyond_the_margin_cost_nothing() -> None:
    assert plain_loss()(beliefs_of(1.2, -1.1), LABELS, KNOWN) == 0


def test_what_is_missing_to_the_margin_is_the_cost() -> None:
    torch.testing.assert_close(plain_loss()(beliefs_of(0.4, -1), LABELS, KNOWN), torch.tensor(0.3))
    torch.testing.assert_close(plain_loss()(beliefs_of(1, -0.4), LABELS, KNOWN), torch.tensor(0.3))


def test_an_unknown_joint_has_no_gradient() -> None:
    beliefs = beliefs_of(0.0, 0.0).requires_grad_()
    plain_loss()(beliefs, LABELS, ~KNOWN).backward()
    assert beliefs.grad is not None
    assert not beliefs.grad.any()


def test_a_label_outside_the_map_does_not_count() -> None:
    assert plain_loss()(beliefs_of(0, 0), LABELS + 100, KNOWN) == 0


def test_labels_are_in_the_grid_of_the_service_whatever_the_maps_are() -> None:
    halved = torch.nn.functional.max_pool2d(beliefs_of(1.0, -1.0), 2)
    loss = HingeLoss(1, cells_per_cell=2)
    torch.nn.init.ones_(loss.scale)
    assert loss(halved, LABELS, KNOWN) < 0.02
    assert loss(halved, LABELS + 10, KNOWN) > 0.5
