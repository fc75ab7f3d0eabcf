"""Draw the learnt weights (the papers' figure 9)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from models.pooling.groups import GROUPS
from service.temporal.grid import HALF_WINDOW
from service.temporal.weights import gaussian


def draw_weights(columns: NDArray[np.float32], path: Path) -> None:
    """One small picture for each group of joints, the Gaussian behind it.

    Parameters
    ----------
    columns
        (31, G) float32, each of sum 1; the first G groups.
    path
        Of the PNG.
    """
    offsets = np.arange(-HALF_WINDOW, HALF_WINDOW + 1)
    hand_made = gaussian(1)[:, 0] / gaussian(1).sum()
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    axes = figure.subplots(2, 4, sharex=True, sharey=True).ravel()
    for group, weights, place in zip(GROUPS, columns.T, axes, strict=False):
        place.bar(offsets, weights, color="tab:blue", label="learnt")
        place.plot(offsets, hand_made, color="tab:orange", linewidth=1, label="Gaussian, sigma 4")
        place.set_title(group, fontsize=9)
        place.grid(alpha=0.3)
    for place in axes[columns.shape[1] :]:
        place.axis("off")
    axes[-1].legend(*axes[0].get_legend_handles_labels(), loc="center", fontsize=9)
    figure.supxlabel("frames from the output frame", fontsize=9)
    figure.savefig(path, dpi=110, metadata={"Software": None})
