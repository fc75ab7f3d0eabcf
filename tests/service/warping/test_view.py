from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from service.people.crop import Crop
from service.temporal.grid import CELLS, cell_to_input, input_to_cell
from service.temporal.joints import peaks
from service.temporal.kernel import in_blocks
from service.warping.blobs import blobs
from service.warping.view import cells_between, seen_from

OWN = Crop((160, 120), 128)
POINTS = np.array([[80, 70], [200, 150], [130, 190]], np.float32)  # frame pixels


def test_cells_of_one_crop_are_found_in_another() -> None:
    view, own = Crop((100, 80), 64), Crop((100, 80), 128)
    matrix = cells_between(view, own)
    middle = (CELLS - 1) / 2
    np.testing.assert_allclose(matrix @ [0, 0, 1], [middle + (0 - middle) / 2] * 2)
    np.testing.assert_allclose(cells_between(own, own) @ [9, 5, 1], (9, 5), atol=1e-9)


def test_a_shifted_crop_shifts_the_maps_in_x_and_y() -> None:
    cell_px = 2 * OWN.half_side / CELLS
    moved = replace(OWN, centre=(160 + 2 * cell_px, 120 + 5 * cell_px))
    maps = blobs(OWN.to_input(POINTS))
    np.testing.assert_allclose(seen_from(moved, OWN, maps)[:, :50, :50], maps[:, 5:55, 2:52], atol=1e-4)
    assert not seen_from(moved, OWN, np.ones_like(maps))[:, 60:, :].any()  # nobody looked there


@pytest.mark.parametrize("view", [Crop((150, 130), 110, 0.4), Crop((170, 110), 160, -0.2)])
def test_peaks_stay_where_they_are_in_the_frame(view: Crop) -> None:
    seen = seen_from(view, OWN, blobs(OWN.to_input(POINTS)))
    points_cell, heights, _ = peaks(in_blocks(seen))
    found = view.to_frame(cell_to_input(points_cell))
    assert np.linalg.norm(found - POINTS, axis=1).max() < 0.8  # frame pixels; a cell is 4 of them
    assert heights.min() > 0.75


def test_sampling_is_bilinear() -> None:
    view = Crop((151.3, 128.7), 117, 0.3)
    maps = np.random.default_rng(0).uniform(0, 1, (2, CELLS, CELLS)).astype(np.float32)
    grid = np.stack(np.meshgrid(np.arange(CELLS), np.arange(CELLS)), axis=-1).reshape(-1, 2)
    frame = view.to_frame(cell_to_input(grid.astype(np.float32)))
    places = input_to_cell(OWN.to_input(frame)).reshape(CELLS, CELLS, 2)
    expected = [cv2.remap(each, places, None, cv2.INTER_LINEAR) for each in maps]
    np.testing.assert_allclose(seen_from(view, OWN, maps), expected, atol=0.05)


def test_the_same_crop_changes_nothing() -> None:
    maps = blobs(OWN.to_input(POINTS))
    assert seen_from(OWN, Crop((160, 120), 128), maps) is maps
