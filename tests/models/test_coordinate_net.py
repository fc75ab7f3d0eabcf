from __future__ import annotations

import torch

from models.coordinate_net import CoordinateNet


def test_it_gives_a_point_per_joint_near_the_middle_before_it_has_learnt() -> None:
    network = CoordinateNet(7, 0.125).eval()
    with torch.inference_mode():
        points = network(torch.rand(2, 3, 256, 256))
    assert points.shape == (2, 7, 2)
    assert float((points - 127.5).abs().max()) < 20


def test_a_wider_network_has_more_weights() -> None:
    narrow, wide = (
        sum(each.numel() for each in CoordinateNet(7, width).parameters()) for width in (0.0625, 0.125)
    )
    assert 3 < wide / narrow < 4.5
