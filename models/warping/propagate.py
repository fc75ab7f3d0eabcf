"""Labels of every n-th frame carried to all frames between (PoseWarper, "Pose Annotation Propagation")."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.posewarper import PoseWarper
from models.training.targets import gaussian_targets
from models.warping.pairs import REACH, seen_from
from models.warping.recording import Recording
from service.temporal.grid import cell_to_input
from service.temporal.joints import peaks
from service.temporal.kernel import blockwise_cells


def propagate(network: PoseWarper, recording: Recording, every: int) -> NDArray[np.float32]:
    """Carry each labelled frame's joints to the frames that it is the nearest to.

    Parameters
    ----------
    network
        In evaluation mode, on the CPU.
    recording
        Of a clip.
    every
        Frames 0, n, 2 n... count as labelled; the labels of all others stay unseen.

    Returns
    -------
    (T, J, 2) float32, frame pixels, x then y; the labels themselves on labelled frames. NaN where the
    nearest label does not know the joint; everywhere, if no frame is labelled.

    Notes
    -----
    Where a label is more than three frames away, its maps go there in hops of at most three, the longest
    that the network is trained for. All hops are made on the grid of the labelled frame's crop.
    """
    carried = np.full_like(recording.joints, np.nan)
    known = ~np.isnan(recording.joints[..., 0]).all(axis=1)
    labelled = np.flatnonzero((recording.frames % every == 0) & known)
    if not len(labelled):
        return carried
    for row, frame in enumerate(recording.frames):
        label = int(labelled[np.abs(recording.frames[labelled] - frame).argmin()])
        way = hops(recording.frames, label, row)
        carried[row] = _along(network, recording, way) if len(way) > 1 else recording.joints[row]
    return carried


def hops(frames: NDArray[np.int64], start: int, end: int) -> list[int]:
    """Rows on the way from one to the other, both included; each hop as far as it may, one row at least."""
    way = [start]
    step = 1 if end > start else -1
    while way[-1] != end:
        ahead = range(way[-1] + step, end + step, step)
        near = [row for row in ahead if abs(int(frames[row] - frames[way[-1]])) <= REACH]
        way.append(near[-1] if near else ahead[0])
    return way


def _along(network: PoseWarper, recording: Recording, way: list[int]) -> NDArray[np.float32]:
    """(J, 2) frame pixels at the end of the way."""
    view, labels = recording.crop(way[0]), recording.joints[way[0]]
    carried = gaussian_targets(torch.from_numpy(view.to_input(labels))[None])
    maps = [seen_from(view, recording, row)[None] for row in way]
    with torch.no_grad():
        for there, here in pairwise(maps):
            carried = network(here, there, carried)
    points_frame = view.to_frame(cell_to_input(_peaks(carried[0])))
    return np.where(np.isnan(labels), np.float32(np.nan), points_frame)


def _peaks(maps: Tensor) -> NDArray[np.float32]:
    """(J, 64, 64) -> (J, 2) cells, refined below the cell as the service does it."""
    x, y = blockwise_cells().astype(np.int64).T
    points_cell, _, _ = peaks(np.ascontiguousarray(maps.numpy()[:, y, x], np.float32))
    return points_cell
