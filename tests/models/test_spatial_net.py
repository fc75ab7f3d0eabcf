from __future__ import annotations

import pytest
import torch

from models.spatial_net import SpatialNet

PICTURES = torch.rand(2, 3, 256, 256, generator=torch.Generator().manual_seed(1))


def weights(network: torch.nn.Module) -> int:
    return sum(each.numel() for each in network.parameters())


def test_at_width_1_with_fusion_it_has_16_million_weights() -> None:
    assert weights(SpatialNet(7)) == pytest.approx(16e6, rel=0.02)


def test_every_layer_has_the_papers_kernel_and_channels() -> None:
    shapes = [tuple(each.shape) for each in SpatialNet(7).parameters() if each.ndim == 4]
    assert shapes == [
        (128, 3, 5, 5), (128, 128, 5, 5), (128, 128, 5, 5), (256, 128, 5, 5), (512, 256, 9, 9),
        (256, 512, 1, 1), (256, 256, 1, 1), (7, 256, 1, 1),
        (64, 384, 7, 7), (64, 64, 13, 13), (128, 64, 13, 13), (256, 128, 1, 1), (7, 256, 1, 1),
    ]  # fmt: skip


def test_the_released_definition_has_a_wider_conv4() -> None:
    assert SpatialNet(7, 0.125, conv4=9).conv4[0].weight.shape[-1] == 9


@pytest.mark.parametrize("normalise", [False, True])
def test_with_fusion_there_are_two_sets_of_maps_in_0_to_1(normalise: bool) -> None:
    network = SpatialNet(7, 0.0625, normalise=normalise).eval()
    for parameter in network.parameters():
        parameter.data *= 3  # so that the bounds have something to do
    with torch.inference_mode():
        conv8, fused = network(PICTURES)
    for maps in (conv8, fused):
        assert maps.shape == (2, 7, 64, 64)
        assert float(maps.min()) >= 0
        assert float(maps.max()) <= 1


def test_without_fusion_there_is_one() -> None:
    network = SpatialNet(13, 0.0625, fusion=False)
    maps = network(PICTURES)
    assert isinstance(maps, torch.Tensor)
    assert maps.shape == (2, 13, 64, 64)
    assert weights(network) < weights(SpatialNet(13, 0.0625))


def test_the_first_maps_are_empty() -> None:
    with torch.no_grad():
        conv8, fused = SpatialNet(7, 0.125, normalise=True)(PICTURES)
    assert float(conv8.abs().max()) < 0.2
    assert float(fused.abs().max()) < 0.2


def test_a_cell_sees_the_part_of_the_picture_that_the_grid_says() -> None:
    network = SpatialNet(1, 0.0625, fusion=False).eval()
    picture = PICTURES[:1].clone().requires_grad_()
    network.train()(picture)[0, 0, 20, 40].backward()
    assert picture.grad is not None
    seen = picture.grad[0].abs().sum(dim=0).nonzero().float()
    middle = (seen.amin(dim=0) + seen.amax(dim=0)) / 2
    assert middle.tolist() == pytest.approx(
        [4 * 20 + 1.5, 4 * 40 + 1.5], abs=4
    )  # ReLUs hide parts of the edge
