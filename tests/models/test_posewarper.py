from __future__ import annotations

import torch

from models.posewarper import PoseWarper


def test_it_begins_as_the_identity() -> None:
    torch.manual_seed(0)
    here, there, carried = torch.rand(3, 2, 3, 32, 32)
    with torch.no_grad():
        warped = PoseWarper(3, channels=8, blocks=2).eval()(here, there, carried)
    assert (warped - carried).abs().mean() < 0.05


def test_maps_that_do_not_differ_are_all_it_looks_at() -> None:
    torch.manual_seed(0)
    network = PoseWarper(2, channels=8, blocks=2).eval()
    maps, other = torch.rand(2, 1, 2, 24, 24)
    carried = torch.rand(1, 2, 24, 24)
    with torch.no_grad():
        torch.testing.assert_close(network(maps, maps, carried), network(other, other, carried))
        assert not torch.equal(network(maps, other, carried), network(maps, maps, carried))


def test_the_papers_size_has_as_many_weights_as_the_paper_says() -> None:
    stack = PoseWarper(17).compare
    millions = sum(each.numel() for each in stack.parameters()) / 1e6
    assert 5.7 < millions < 6.0  # "5.8M"


def test_values_are_heatmaps_in_evaluation_only() -> None:
    torch.manual_seed(0)
    network = PoseWarper(2, channels=8, blocks=1)
    maps = torch.rand(2, 2, 16, 16)
    assert network(maps, maps, 3 * maps).max() > 1
    assert network.eval()(maps, maps, 3 * maps).max() <= 1
