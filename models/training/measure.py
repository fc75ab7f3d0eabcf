"""How good a network is on held-out people, seen without any change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.training.learner import to_tensor
from models.training.loader import Batch
from models.training.person import Person
from service.temporal.grid import INPUT_SIZE

ALPHA = 0.2  # radius of a hit in torsos
TOGETHER = 16  # people in a batch


@dataclass(frozen=True, slots=True)
class Measured:
    """Accuracy on held-out people.

    Attributes
    ----------
    pck
        (K,) float64, percent of the labelled joints found within 0.2 torsos; NaN for a joint never labelled.
    """

    pck: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """Mean over the joints, percent."""
        known = self.pck[~np.isnan(self.pck)]
        return float(known.mean()) if known.size else float("nan")


def measure(
    network: nn.Module, people: Sequence[Person], device: torch.device, side: int = INPUT_SIZE
) -> Measured:
    """PCK@0.2 of torso (Yang and Ramanan 2013; Sapp and Taskar 2013), of the network's last output.

    Parameters
    ----------
    network
        In evaluation mode.
    people
        Those whose torso is not known are left out.
    side
        Of the pictures that the network is shown.
    """
    chosen = [person for person in people if not np.isnan(person.torso_px)]
    errors = [np.empty((0, len(people[0].joints)))] if people else [np.empty((0, 0))]
    for start in range(0, len(chosen), TOGETHER):
        part = chosen[start : start + TOGETHER]
        batch = plain_batch(part)
        found = joints_of(final(look(network, batch, device, side)))
        scales = np.array([person.crop.scale * person.torso_px for person in part])
        errors.append(np.linalg.norm(found - batch.joints, axis=2) / scales[:, None])
    return Measured(_share_of_hits(np.concatenate(errors)))


def plain_batch(people: Sequence[Person]) -> Batch:
    """People in their own crops, as the service would cut them."""
    return Batch(
        np.stack([person.crop.cut(person.picture()) for person in people]),
        np.stack([person.crop.to_input(person.joints) for person in people]),
    )


def look(
    network: nn.Module, batch: Batch, device: torch.device, side: int = INPUT_SIZE
) -> tuple[Tensor, ...]:
    """Every output of the network, the best one last."""
    with torch.inference_mode():
        output = network(to_tensor(batch, device, side))
    return output if isinstance(output, tuple) else (output,)


def final(outputs: tuple[Tensor, ...]) -> Tensor:
    """The output that is served."""
    return outputs[-1]


def joints_of(output: Tensor) -> NDArray[np.float32]:
    """(N, K, 2) input pixels: coordinates as they are, heatmaps at their highest cell."""
    if output.ndim == 3:
        return np.asarray(output.float().cpu().numpy(), np.float32)
    flat = output.float().flatten(2).argmax(dim=2)
    columns = output.shape[-1]
    cells = torch.stack([flat % columns, flat // columns], dim=2)
    return np.asarray(((cells + 0.5) * (INPUT_SIZE / columns) - 0.5).cpu().numpy(), np.float32)


def _share_of_hits(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    labelled = ~np.isnan(errors)
    with np.errstate(invalid="ignore"):
        return np.asarray(100.0 * ((errors <= ALPHA) & labelled).sum(axis=0) / labelled.sum(axis=0))
