from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from models.warping.deformable import DeformableConvolution, deformable_convolution, sample


def read(plane: NDArray[np.float64], y: float, x: float) -> float:
    """Bilinear, one cell at a time; nothing outside."""
    total = 0.0
    for row in (math.floor(y), math.floor(y) + 1):
        for column in (math.floor(x), math.floor(x) + 1):
            if 0 <= row < plane.shape[0] and 0 <= column < plane.shape[1]:
                total += plane[row, column] * (1 - abs(y - row)) * (1 - abs(x - column))
    return total


def slowly(
    maps: NDArray[np.float64], offsets: NDArray[np.float64], weight: NDArray[np.float64], dilation: int
) -> NDArray[np.float64]:
    """The definition, loop by loop, of one picture: y(p) = sum over k of w_k x(p + p_k + offset_k)."""
    outputs, inputs = weight.shape[:2]
    _, height, width = maps.shape
    answer = np.zeros((outputs, height, width))
    for o, c, a, b, i, j in np.ndindex(outputs, inputs, 3, 3, height, width):
        first = (c * 9 + a * 3 + b) * 2
        y = i + (a - 1) * dilation + offsets[first, i, j]
        x = j + (b - 1) * dilation + offsets[first + 1, i, j]
        answer[o, i, j] += weight[o, c, a, b] * read(maps[c], y, x)
    return answer


@pytest.mark.parametrize("dilation", [1, 3])
def test_it_is_the_definition_also_where_taps_lie_outside(dilation: int) -> None:
    rng = np.random.default_rng(dilation)
    maps, weight = rng.normal(size=(2, 3, 6, 7)), rng.normal(size=(2, 3, 3, 3))
    offsets = rng.normal(size=(2, 54, 6, 7)) * 3
    tensors = (torch.from_numpy(each) for each in (maps, offsets, weight))
    answer = deformable_convolution(*tensors, dilation).numpy()
    for n in range(2):
        np.testing.assert_allclose(answer[n], slowly(maps[n], offsets[n], weight, dilation), atol=1e-9)


def test_without_offsets_it_is_a_dilated_convolution() -> None:
    torch.manual_seed(0)
    maps, weight = torch.rand(2, 3, 16, 12), torch.randn(4, 3, 3, 3)
    answer = deformable_convolution(maps, torch.zeros(2, 54, 16, 12), weight, 6)
    expected = torch.nn.functional.conv2d(maps, weight, padding=6, dilation=6)
    torch.testing.assert_close(answer, expected, atol=1e-4, rtol=1e-4)


def test_maps_of_a_group_share_their_offsets() -> None:
    torch.manual_seed(0)
    maps, weight = torch.rand(2, 4, 9, 8), torch.randn(3, 4, 3, 3)
    offsets = torch.randn(2, 36, 9, 8) * 2
    answer = deformable_convolution(maps, offsets, weight, 2)
    each = offsets.reshape(2, 2, 1, 18, 9, 8).expand(2, 2, 2, 18, 9, 8).reshape(2, 72, 9, 8)
    torch.testing.assert_close(answer, deformable_convolution(maps, each, weight, 2))


def test_gradients_reach_maps_offsets_and_weights() -> None:
    torch.manual_seed(0)
    maps = torch.rand(1, 2, 5, 5, dtype=torch.float64, requires_grad=True)
    # Away from whole numbers, where bilinear reading has a kink.
    offsets = (torch.rand(1, 36, 5, 5, dtype=torch.float64) * 0.8 + 0.1).requires_grad_()
    weight = torch.randn(2, 2, 3, 3, dtype=torch.float64, requires_grad=True)

    def convolved(m: torch.Tensor, o: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
        return deformable_convolution(m, o, w, 2)

    assert torch.autograd.gradcheck(convolved, (maps, offsets, weight))


def test_a_new_layer_passes_its_share_on() -> None:
    maps = torch.rand(1, 3, 8, 8)
    layer = DeformableConvolution(3, 24, 0.2)
    torch.testing.assert_close(layer(maps, torch.zeros(1, 54, 8, 8)), 0.2 * maps)


def test_a_place_is_x_then_y_and_outside_there_is_nothing() -> None:
    maps = torch.zeros(1, 1, 4, 6)
    maps[0, 0, 1, 4] = 1.0
    places = torch.tensor([[[[4.0, 1.0], [4.5, 1.0], [1.0, 4.0], [7.0, 1.0]]]])
    torch.testing.assert_close(sample(maps, places), torch.tensor([[[[1.0, 0.5, 0.0, 0.0]]]]))
