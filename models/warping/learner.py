"""A PoseWarper that is being trained: one step of learning, and all that changes by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from models.posewarper import BLOCKS, CHANNELS, PoseWarper
from models.training.errors import TrainingDiverged
from models.training.losses import map_error
from models.training.recipe import warm_up
from models.warping.aim import Aim, lesson
from models.warping.pairs import Pairs

MOST_GRADIENT = 1.0  # norm; a single strange batch shall not undo hours


@dataclass(frozen=True, slots=True)
class WarperSpec:
    """What a PoseWarper is built from.

    Attributes
    ----------
    model
        Whose heatmaps it works on, by name in the model catalogue.
    joints, channels, blocks, is_shared, stride
        See :class:`PoseWarper`.
    """

    model: str
    joints: int
    channels: int = CHANNELS
    blocks: int = BLOCKS
    is_shared: bool = False
    stride: int = 1

    def build(self) -> PoseWarper:
        """A new network."""
        return PoseWarper(self.joints, self.channels, self.blocks, self.is_shared, self.stride)


class WarpLearner:
    """Holds all that changes in a training.

    Parameters
    ----------
    spec
        The network; its first weights come from torch's random state.
    rate
        Full learning rate of Adam. The paper divides its own by ten after one half and three quarters of the
        training: go on with a smaller one.
    is_cyclic
        Also carry each labelled frame's maps to the other frame and back (section 4.1, cycle consistency).
    device
        Where.
    aim
        What it is taught.

    Attributes
    ----------
    step
        Steps made.
    """

    def __init__(
        self, spec: WarperSpec, rate: float, is_cyclic: bool, device: torch.device, aim: Aim = Aim.MOTION
    ) -> None:
        self.spec, self.rate, self.is_cyclic, self.device = spec, rate, is_cyclic, device
        self.aim = aim
        # The stub of Module.to leaves the memory format out.
        self.network = spec.build().to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = torch.optim.Adam(self.network.parameters(), rate)
        self.step = 0

    def learn(self, pairs: Pairs) -> float:
        """Make one step; the loss before it.

        Raises
        ------
        TrainingDiverged
            The loss is not finite; the weights are as they were before the step.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * warm_up(self.step)
        loss = warp_loss(self.network.train(), pairs.to(self.device), self.is_cyclic, self.aim)
        if not torch.isfinite(loss):
            raise TrainingDiverged(f"the loss of step {self.step + 1} is {float(loss.detach())}")
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), MOST_GRADIENT)
        self.optimizer.step()
        self.step += 1
        return float(loss.detach())

    def state(self) -> dict[str, Any]:
        """All that a training goes on from; pairs follow from seed and step."""
        return {
            "step": self.step,
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a state; KeyError, RuntimeError or ValueError when it is of another network."""
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]


def warp_loss(network: PoseWarper, pairs: Pairs, is_cyclic: bool, aim: Aim = Aim.MOTION) -> Tensor:
    """Squared error of B's maps, warped to A, against Gaussians at A's labels (section 3, "Loss Function").

    With cycle consistency the same error of A's maps after the way to B and back is added. Which maps are
    warped is the ``aim``.
    """
    taught = lesson(pairs, aim)
    warped = network(pairs.here, pairs.there, taught.there)
    loss = map_error(warped, taught.targets, taught.known)
    if not is_cyclic:
        return loss
    away = network(pairs.there, pairs.here, taught.here)
    return loss + map_error(network(pairs.here, pairs.there, away), taught.targets, taught.known)
