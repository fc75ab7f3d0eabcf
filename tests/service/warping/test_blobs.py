from __future__ import annotations

import numpy as np
import torch

from models.training.targets import gaussian_targets
from service.temporal.grid import input_to_cell
from service.temporal.joints import peaks
from service.temporal.kernel import in_blocks
from service.warping.blobs import blobs

POINTS = np.array([[100.2, 60.7], [1.5, 1.5], [255, 130], [900, 900]], np.float32)


def test_a_blob_is_where_its_point_is() -> None:
    points_cell, heights, _ = peaks(in_blocks(blobs(POINTS)))
    np.testing.assert_allclose(points_cell[0], input_to_cell(POINTS[:1])[0], atol=0.05)
    assert heights[1] == 1
    assert not blobs(POINTS)[3].any()


def test_blobs_are_what_warpers_are_trained_to_carry() -> None:
    targets = gaussian_targets(torch.from_numpy(POINTS)[None])[0].numpy()
    np.testing.assert_allclose(blobs(POINTS), targets, atol=1e-5)
