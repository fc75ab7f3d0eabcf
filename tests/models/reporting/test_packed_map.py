from __future__ import annotations

import numpy as np
import torch

from models.reporting.packed_map import LEVELS, pack, unpack
from models.training.targets import gaussian_targets


def test_a_map_comes_back_and_is_small() -> None:
    heatmap = gaussian_targets(torch.tensor([[[100.0, 60.0]]]))[0, 0].numpy()
    text = pack(heatmap)
    assert len(text) < 600
    assert np.abs(unpack(text) - heatmap).max() <= 0.5 / LEVELS + 1e-6
