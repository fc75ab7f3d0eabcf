from __future__ import annotations

import torch
from torch import Tensor, nn

from models.backbones.on_grid import OnGrid
from models.training.measure import joints_of
from models.training.targets import gaussian_targets

SIZE, CELLS, STRIDE = 368, 46, 8
SIGMA_PX = 6.0 * SIZE / 256  # of our targets, in the larger input


class Finds(nn.Module):
    """A network of 46 x 46 cells that draws a perfect target where the picture is brightest."""

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        assert images.shape[-2:] == (SIZE, SIZE)
        light = images.mean(dim=1)
        pixels = torch.arange(SIZE, dtype=torch.float32)
        total = light.sum(dim=(1, 2))
        x = (light.sum(dim=1) * pixels).sum(dim=1) / total
        y = (light.sum(dim=2) * pixels).sum(dim=1) / total
        centres = torch.arange(CELLS) * STRIDE + (STRIDE - 1) / 2
        across = torch.exp(-((centres - x[:, None]) ** 2) / (2 * SIGMA_PX**2))
        down = torch.exp(-((centres - y[:, None]) ** 2) / (2 * SIGMA_PX**2))
        return ((down[:, :, None] * across[:, None, :])[:, None],)


def spots(joints: Tensor) -> Tensor:
    """(N, 3, 256, 256): black, with a soft white spot at each of the joints (N, 2), input pixels."""
    pixels = torch.arange(256, dtype=torch.float32)
    across = torch.exp(-((pixels - joints[:, :1]) ** 2) / 18)
    down = torch.exp(-((pixels - joints[:, 1:]) ** 2) / 18)
    return (down[:, :, None] * across[:, None, :])[:, None].expand(-1, 3, -1, -1)


def test_what_is_seen_in_256_pixels_is_answered_at_its_place_on_the_services_grid() -> None:
    joints = torch.tensor([[61.5, 61.5], [100.3, 40.9], [200.0, 171.2], [128.0, 224.0]])
    (maps,) = OnGrid(Finds(), SIZE).eval()(spots(joints))
    expected = gaussian_targets(joints[:, None])
    error = ((maps - expected) ** 2).sum() / (expected**2).sum()
    assert float(error) < 0.003, "a shift of half a cell would leave 0.05"
    assert float((maps.amax(dim=(2, 3)) / expected.amax(dim=(2, 3))).min()) > 0.98
    assert float(abs(joints_of(maps)[:, 0] - joints.numpy()).max()) <= 2.01  # half a cell, as of the target


class Brightness(nn.Module):
    """One map: how bright each 4 x 4 pixels are."""

    def forward(self, images: Tensor) -> Tensor:
        return nn.functional.avg_pool2d(images.mean(dim=1, keepdim=True), 4)


def test_half_the_size_is_the_mean_of_four_pixels_and_one_map_needs_no_tuple() -> None:
    images = torch.rand(1, 3, 256, 256, generator=torch.Generator().manual_seed(0))
    maps = OnGrid(Brightness(), 128).eval()(images)
    assert isinstance(maps, Tensor)
    means = nn.functional.avg_pool2d(images.mean(dim=1, keepdim=True), 8)
    expected = nn.functional.interpolate(means, (64, 64), mode="bicubic", align_corners=False)
    torch.testing.assert_close(maps, expected, atol=1e-5, rtol=0)
