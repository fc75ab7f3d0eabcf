from __future__ import annotations

import numpy as np
import pytest

from service.people.crop import Crop
from service.temporal.grid import CELLS, cell_to_input
from service.temporal.joints import peaks, read_pose
from service.temporal.kernel import blockwise_cells


def blob(x: float, y: float, sigma: float = 1.5, top: float = 0.8) -> np.ndarray:
    """(4096,) one soft blob, block by block."""
    cells = blockwise_cells()
    return (top * np.exp(-((cells[:, 0] - x) ** 2 + (cells[:, 1] - y) ** 2) / (2 * sigma**2))).astype(
        np.float32
    )


@pytest.mark.parametrize(("x", "y"), [(20.0, 30.0), (20.3, 30.4), (41.5, 7.25), (50.49, 50.49)])
def test_peaks_are_found_below_the_cell(x: float, y: float) -> None:
    points, scores, _ = peaks(blob(x, y)[None])
    np.testing.assert_allclose(points[0], (x, y), atol=0.03)
    assert 0.7 < scores[0] <= 0.8


@pytest.mark.parametrize(("x", "y"), [(0, 0), (CELLS - 1, CELLS - 1), (0, 40)])
def test_peaks_at_the_border_stay_inside(x: int, y: int) -> None:
    points, _, _ = peaks(blob(x, y)[None])
    np.testing.assert_allclose(points[0], (x, y), atol=1.1)
    assert (points >= 0).all()
    assert (points <= CELLS - 1).all()


def test_a_smaller_second_blob_does_not_pull_the_peak() -> None:
    points, _, _ = peaks((blob(20, 20) + blob(40, 40, top=0.6))[None])
    np.testing.assert_allclose(points[0], (20, 20), atol=0.02)


def test_the_spread_is_the_blobs_own_in_frame_pixels() -> None:
    maps = np.stack([blob(32, 32, sigma=1.0), blob(32, 32, sigma=2.0)])
    pose = read_pose(3, maps, Crop((300, 300), 64))
    np.testing.assert_allclose(pose.spread, [2.0, 4.0], rtol=0.1)  # a cell is 2 frame pixels here
    assert pose.id == 3


def test_joints_are_in_frame_pixels() -> None:
    crop = Crop((300, 200), 100, 0.4)
    pose = read_pose(1, blob(10, 50)[None], crop)
    np.testing.assert_allclose(pose.joints, crop.to_frame(cell_to_input(np.array([[10, 50]]))), atol=0.1)


def test_an_empty_map_scores_nothing() -> None:
    points, scores, spread = peaks(np.zeros((1, CELLS * CELLS), np.float32))
    assert scores[0] == spread[0] == 0
    assert np.isfinite(points).all()
