"""A network that is being trained: weights, their running mean, the optimiser, and one step of learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from models.training.errors import TrainingDiverged
from models.training.loader import Batch
from models.training.network import LOSSES, NetworkSpec
from models.training.precision import Precision
from models.training.recipe import Recipe, cool_down
from service.temporal.grid import INPUT_SIZE

MOST_GRADIENT = 1.0  # norm; a single strange batch shall not undo hours


@dataclass(frozen=True, slots=True)
class Cooling:
    """The end of a training: the rate falls to 0.

    Attributes
    ----------
    since
        Step at which it began.
    steps
        How long it takes.
    """

    since: int
    steps: int


class Learner:
    """Holds all that changes in a training.

    Parameters
    ----------
    spec
        The network; its first weights come from torch's random state.
    recipe
        How it learns.
    device
        Where.
    precision
        Of the activations.
    side
        Of the pictures that the network learns from.

    Attributes
    ----------
    step
        Steps made.
    cooling
        Set when the training is in its cool-down.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        recipe: Recipe,
        device: torch.device,
        precision: Precision = Precision.AUTO,
        side: int = INPUT_SIZE,
    ) -> None:
        self.spec, self.recipe, self.device, self.side = spec, recipe, device, side
        self.is_half = precision.is_half(device)
        # The stub of Module.to leaves the memory format out.
        self.network = spec.build().to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.mean = AveragedModel(self.network, avg_fn=self._average, use_buffers=True)
        self.optimizer = recipe.optimizer(self.network.parameters(), recipe.rate)
        self.step = 0
        self.cooling: Cooling | None = None

    @property
    def rate(self) -> float:
        """Learning rate of the next step."""
        part = self.recipe.schedule(self.step)
        if self.cooling is not None:
            part *= cool_down(self.cooling.since, self.cooling.steps, self.step)
        return self.recipe.rate * part

    @property
    def last_step(self) -> int | None:
        """Where a cool-down ends, None outside one."""
        return None if self.cooling is None else self.cooling.since + self.cooling.steps

    @property
    def best(self) -> nn.Module:
        """The network to measure and to ship, in evaluation mode: the running mean of the weights."""
        module: nn.Module = self.mean.module
        return module.eval()

    def learn(self, batch: Batch) -> float:
        """Make one step; the loss before it.

        Raises
        ------
        TrainingDiverged
            The loss is not finite; the weights are as they were before the step.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate
        loss = self._loss(batch)
        value = float(loss.detach())
        if not torch.isfinite(loss):
            raise TrainingDiverged(f"the loss of step {self.step + 1} is {value}")
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), MOST_GRADIENT)
        self.optimizer.step()
        self.mean.update_parameters(self.network)
        self.step += 1
        return value

    def state(self) -> dict[str, Any]:
        """All that a training goes on from."""
        return {
            "step": self.step,
            "network": self.network.state_dict(),
            "mean": self.mean.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "random": torch.get_rng_state(),
            "cooling": None if self.cooling is None else (self.cooling.since, self.cooling.steps),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a state; KeyError or RuntimeError when it is of another network."""
        self.network.load_state_dict(state["network"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"].cpu())
        self.step = state["step"]
        self.cooling = None if state["cooling"] is None else Cooling(*state["cooling"])

    def _loss(self, batch: Batch) -> Tensor:
        self.network.train()
        joints = torch.from_numpy(batch.joints).to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.is_half):
            output = self.network(to_tensor(batch, self.device, self.side))
        return LOSSES[self.spec.name](output, joints, ~joints[..., 0].isnan())

    def _average(self, mean: Tensor, now: Tensor, steps: Tensor | int) -> Tensor:
        # The mean reaches back over a tenth of the training at first, so that it never lags far behind.
        decay = min(self.recipe.ema_decay, (1 + int(steps)) / (10 + int(steps)))
        return (mean * decay + now * (1 - decay)).to(now.dtype)


def to_tensor(batch: Batch, device: torch.device, side: int = INPUT_SIZE) -> Tensor:
    """(N, 3, side, side) float32 in [0, 1], channels last; made smaller by the mean of each area."""
    images = torch.from_numpy(batch.images).to(device).permute(0, 3, 1, 2).float() / 255
    return images if side == INPUT_SIZE else functional.interpolate(images, side, mode="area")
