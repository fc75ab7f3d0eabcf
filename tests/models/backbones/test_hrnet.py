from __future__ import annotations

import torch

from models.backbones.hrnet import PoseHRNet

WIDTH = 1 / 12  # 4 channels in the finest branch


def test_it_answers_64_cells_a_side_at_256_pixels() -> None:
    network = PoseHRNet(5, WIDTH).eval()
    with torch.no_grad():
        (maps,) = network(torch.rand(2, 3, 256, 256))
    assert tuple(maps.shape) == (2, 5, 64, 64)
    assert maps.min() >= 0
    assert maps.max() <= 1


def test_its_branches_are_w48s_and_its_size_what_the_paper_says() -> None:
    with torch.device("meta"):
        network = PoseHRNet(17)
    sizes = [
        {tuple(each.shape[:1]) for each in stage.parameters() if each.ndim == 4} for stage in network.stages
    ]
    assert sizes == [{(48,), (96,)}, {(48,), (96,), (192,)}, {(48,), (96,), (192,), (384,)}]
    # HRNet-W48 has 63.6 M (Sun et al. 2019, table 1).
    assert round(sum(each.numel() for each in network.parameters()) / 1e6, 1) == 63.6


def test_the_maps_come_from_every_branch() -> None:
    torch.manual_seed(0)
    network = PoseHRNet(3, WIDTH)
    network(torch.rand(2, 3, 256, 256))[-1].sum().backward()
    without = [name for name, each in network.named_parameters() if each.grad is None]
    assert not without


def test_in_training_maps_below_0_have_a_gradient() -> None:
    network = PoseHRNet(3, WIDTH)
    network.maps.bias.data.fill_(-1)
    (maps,) = network(torch.rand(1, 3, 256, 256))
    assert maps.max() < 0
    maps.sum().backward()
    assert float(network.maps.bias.grad.abs().max()) > 0
