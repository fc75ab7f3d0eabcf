"""How wrong a network is: squared error of maps or of coordinates, over the joints that are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from torch import Tensor

from models.training.targets import ENERGY, gaussian_targets
from service.temporal.grid import INPUT_SIZE

CONV8_WEIGHT = 1.0  # of the two losses, as in the authors' released network
FUSION_WEIGHT = 3.0

Loss: TypeAlias = Callable[[object, Tensor, Tensor], Tensor]
"""A network's output, joints (N, K, 2) in input pixels, known (N, K) -> scalar."""


def map_error(maps: Tensor, targets: Tensor, known: Tensor) -> Tensor:
    """Squared error of heatmaps (Flowing ConvNets, equation 1).

    Parameters
    ----------
    maps, targets
        (N, K, S, S) float.
    known
        (N, K) bool; the other maps count nothing.

    Returns
    -------
    Scalar, mean over the known maps, in units of the energy of a target: 1 for empty maps.
    """
    errors = ((maps.float() - targets) ** 2).sum(dim=(2, 3))
    return _mean(errors, known) / ENERGY


def spatial_loss(output: object, joints: Tensor, known: Tensor) -> Tensor:
    """Loss of a SpatialNet: of its maps, or of both ends with the weights 1 and 3."""
    if isinstance(output, Tensor):
        return map_error(output, gaussian_targets(joints, output.shape[-1]), known)
    conv8, fused = _pair(output)
    targets = gaussian_targets(joints, fused.shape[-1])
    return CONV8_WEIGHT * map_error(conv8, targets, known) + FUSION_WEIGHT * map_error(fused, targets, known)


def stages_loss(output: object, joints: Tensor, known: Tensor) -> Tensor:
    """Loss of a network in stages: the sum of what each stage's maps are wrong by.

    Supervising every stage keeps the gradient of the early ones alive (Wei et al., CVPR 2016, equation 5).
    """
    if not isinstance(output, tuple) or not output:
        raise TypeError(f"stages are a tuple of maps, not {type(output).__name__}")
    targets = gaussian_targets(joints)
    errors = [map_error(maps, targets, known) for maps in output]
    return sum(errors[1:], start=errors[0])


def coordinate_loss(output: object, joints: Tensor, known: Tensor) -> Tensor:
    """Mean squared distance of coordinates, in squared half-sides of the input (slides, "Training loss")."""
    if not isinstance(output, Tensor):
        raise TypeError(f"coordinates are one tensor, not {type(output).__name__}")
    off = (output.float() - joints.nan_to_num(0.0)) / (INPUT_SIZE / 2)
    return _mean((off**2).sum(dim=2), known)


def _mean(errors: Tensor, known: Tensor) -> Tensor:
    return (errors * known).sum() / known.sum().clamp(min=1)


def _pair(output: object) -> tuple[Tensor, Tensor]:
    if not isinstance(output, tuple):
        raise TypeError(f"maps are a tensor or a pair of them, not {type(output).__name__}")
    conv8, fused = output
    return conv8, fused
