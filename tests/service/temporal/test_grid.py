from __future__ import annotations

import numpy as np

from service.temporal.grid import CELLS, INPUT_SIZE, STRIDE, cell_to_input, input_to_cell


def test_cell_centres_lie_where_the_design_says() -> None:
    cells = np.array([[0, 0], [1, 2], [63, 63]], np.float32)
    np.testing.assert_array_equal(cell_to_input(cells), [[1.5, 1.5], [5.5, 9.5], [253.5, 253.5]])


def test_cells_and_input_pixels_are_inverse() -> None:
    points = np.random.default_rng(0).uniform(-10, 300, (50, 2)).astype(np.float32)
    np.testing.assert_allclose(cell_to_input(input_to_cell(points)), points, atol=1e-4)


def test_the_cells_fill_the_input() -> None:
    assert CELLS * STRIDE == INPUT_SIZE
