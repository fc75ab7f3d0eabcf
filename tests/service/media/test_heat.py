from __future__ import annotations

import numpy as np
import pytest

from service.media.heat import draw_heat
from service.temporal.pose import Heatmap


def grey() -> np.ndarray:
    return np.full((200, 300, 3), 90, np.uint8)


def one_cell(to_frame: list[list[float]], row: int = 10, column: int = 20) -> Heatmap:
    values = np.zeros((64, 64), np.float32)
    values[row, column] = 1
    return Heatmap(values, np.array(to_frame, np.float64))


def brightest(image: np.ndarray) -> tuple[int, int]:
    """x, y of the pixel that changed most."""
    changed = np.abs(image.astype(int) - 90).sum(axis=2)
    y, x = np.unravel_index(int(changed.argmax()), changed.shape)
    return int(x), int(y)


def test_the_peak_is_drawn_where_the_map_leads() -> None:
    image = grey()
    draw_heat(image, one_cell([[3, 0, 40], [0, 3, 5]]))
    assert brightest(image) == (100, 35)
    assert image[35, 100].min() > 140


def test_a_turned_map_is_drawn_turned() -> None:
    image = grey()
    draw_heat(image, one_cell([[0, -2, 200], [2, 0, 10]]))
    assert brightest(image) == (180, 50)


def test_nothing_is_drawn_where_the_heatmap_is_nought() -> None:
    image = grey()
    draw_heat(image, one_cell([[3, 0, 40], [0, 3, 5]]))
    image[25:46, 90:111] = 90
    assert (image == 90).all()


def test_a_higher_cell_is_brighter() -> None:
    low, high = grey(), grey()
    heatmap = one_cell([[3, 0, 40], [0, 3, 5]])
    draw_heat(high, heatmap)
    draw_heat(low, Heatmap(heatmap.values * 0.4, heatmap.to_frame))
    assert low[35, 100].astype(int).sum() < high[35, 100].astype(int).sum()


@pytest.mark.parametrize(
    "to_frame",
    [[[3, 0, -100], [0, 3, 150]], [[3, 0, 9000], [0, 3, 0]], [[3, 0, -500], [0, 3, -900]]],
    ids=["partly outside", "right of it", "left above it"],
)
def test_maps_may_reach_beyond_the_picture(to_frame: list[list[float]]) -> None:
    image = grey()
    draw_heat(image, one_cell(to_frame))
    assert image.shape == (200, 300, 3)
