from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from export.heads import HEADS, KINDS, Conv8Head, DrawnHead, FusedHead, LastHead
from models.training.network import NetworkName
from service.temporal.grid import INPUT_SIZE, cell_to_input
from service.temporal.joints import peaks
from service.temporal.kernel import blockwise_cells


class Fixed(nn.Module):
    """Answers the same to every picture."""

    def __init__(self, answer: Tensor | tuple[Tensor, ...]) -> None:
        super().__init__()
        self.answer = answer

    def forward(self, image: Tensor) -> Tensor | tuple[Tensor, ...]:
        return self.answer


IMAGE = torch.zeros(1, 3, INPUT_SIZE, INPUT_SIZE)
EARLY, LATE = torch.full((1, 7, 64, 64), 0.25), torch.full((1, 7, 64, 64), 0.5)


def test_every_network_that_can_be_trained_has_a_head() -> None:
    assert set(HEADS) == set(KINDS) == {name.value for name in NetworkName}


def test_of_stages_the_last_is_served() -> None:
    assert LastHead(Fixed((EARLY, EARLY, LATE)))(IMAGE) is LATE


def test_a_fusion_network_has_both_outputs_to_serve() -> None:
    pair = Fixed((EARLY, LATE))
    assert FusedHead(pair)(IMAGE) is LATE
    assert Conv8Head(pair)(IMAGE) is EARLY
    assert Conv8Head(Fixed(EARLY))(IMAGE) is EARLY


def test_coordinates_are_drawn_where_the_service_reads_them() -> None:
    points = torch.tensor([[[100.3, 41.9], [128, 64], [20, 200], [70, 71], [9, 13], [240, 120], [33, 99]]])
    maps = DrawnHead(Fixed(points))(IMAGE)[0].numpy()
    assert maps.shape == (7, 64, 64)
    assert maps.max() <= 1
    assert (maps.max(axis=(1, 2)) > 0.9).all()
    x, y = blockwise_cells().astype(int).T
    cells, scores, _ = peaks(np.ascontiguousarray(maps[:, y, x]))
    np.testing.assert_allclose(cell_to_input(cells), points[0].numpy(), atol=0.5)
    assert (scores > 0.9).all()


def test_coordinates_outside_the_crop_are_drawn_at_its_edge() -> None:
    points = torch.tensor([[[-400.0, 41.5], [128.0, 9999.0]]])
    maps = DrawnHead(Fixed(points))(IMAGE)[0]
    assert [tuple(np.unravel_index(int(each.argmax()), (64, 64))) for each in maps] == [(10, 0), (63, 32)]
