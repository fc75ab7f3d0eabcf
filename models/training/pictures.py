"""What the network sees in held-out people while it learns (Flowing ConvNets, figure 3)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.training.measure import joints_of, look, plain_batch
from models.training.person import Person
from service.media.frame import Image
from service.temporal.grid import INPUT_SIZE

SHADE = 0.35  # what is left of the picture under a map


def heatmap_picture(
    network: nn.Module,
    person: Person,
    joints: Sequence[str],
    device: torch.device,
    side: int = INPUT_SIZE,
) -> Image:
    """Draw one person's maps.

    Parameters
    ----------
    network
        In evaluation mode.
    person
        The same in every call, so that the pictures tell a story.
    joints
        Their names.
    side
        Of the picture that the network is shown.

    Returns
    -------
    (R * 256, (K + 1) * 256, 3) uint8 RGB: a row for each output (conv8 above fusion), in it the picture with
    the labels as rings and the joints found as discs, then one map per joint over the darkened picture.
    """
    batch = plain_batch([person])
    image = batch.images[0]
    rows = [_row(image, output, batch.joints[0], joints) for output in look(network, batch, device, side)]
    return np.concatenate(rows)


def _row(image: Image, output: Tensor, labels: NDArray[np.float32], joints: Sequence[str]) -> Image:
    found = joints_of(output)[0]
    overview = _marked(image, labels, found)
    if output.ndim == 3:
        return overview
    maps = output[0].float().clamp(0, 1).cpu().numpy()
    return np.concatenate(
        [overview, *(_map(image, *pair) for pair in zip(maps, joints, strict=True))], axis=1
    )


def _marked(image: Image, labels: NDArray[np.float32], found: NDArray[np.float32]) -> Image:
    picture = image.copy()
    for x, y in labels[~np.isnan(labels[:, 0])]:
        cv2.circle(picture, (round(float(x)), round(float(y))), 6, (0, 255, 0), 1, cv2.LINE_AA)
    for x, y in np.clip(found, 0, INPUT_SIZE):
        cv2.circle(picture, (round(float(x)), round(float(y))), 3, (255, 0, 0), cv2.FILLED, cv2.LINE_AA)
    return picture


def _map(image: Image, heatmap: NDArray[np.float32], joint: str) -> Image:
    large = cv2.resize(heatmap, (INPUT_SIZE, INPUT_SIZE), interpolation=cv2.INTER_LINEAR)
    heat = cv2.cvtColor(
        cv2.applyColorMap((large * 255).astype(np.uint8), cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB
    )
    picture = np.asarray(cv2.addWeighted(image, SHADE, heat, 1.0, 0), np.uint8)
    words = f"{joint} {heatmap.max():.2f}"
    cv2.putText(picture, words, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
    return picture
