"""Trainings and weights on disc."""

from __future__ import annotations

import json
import pickle
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from models.backbones.on_grid import OnGrid
from models.training.errors import CheckpointUnusable
from models.training.learner import Learner
from models.training.network import NetworkName, NetworkSpec
from service.commands.whole_file import whole_file
from service.temporal.grid import INPUT_SIZE


@dataclass(frozen=True, slots=True)
class About:
    """What the JSON file beside weights says.

    Attributes
    ----------
    spec
        The network.
    steps
        After so many they were saved.
    side
        Of the pictures that it learnt from, input pixels.
    """

    spec: NetworkSpec
    steps: int
    side: int = INPUT_SIZE


def save_checkpoint(learner: Learner, path: Path) -> None:
    """Write everything that a training goes on from; the file is replaced whole or not at all."""
    with whole_file(path) as unfinished:
        torch.save({"spec": _to_json(learner.spec), **learner.state()}, unfinished)


def load_checkpoint(learner: Learner, path: Path) -> None:
    """Go on from a file of :func:`save_checkpoint`.

    Raises
    ------
    CheckpointUnusable
        There is none, it is broken, or it is of another network.
    """
    state = _load(path, learner.device)
    if _spec_of(state) != learner.spec:
        raise CheckpointUnusable(f"{path} is of {state.get('spec')}, not {_to_json(learner.spec)}")
    try:
        learner.restore(state)
    except (KeyError, RuntimeError, ValueError) as error:
        raise CheckpointUnusable(f"{path}: {error}") from error


def save_weights(learner: Learner, path: Path) -> None:
    """Write the weights to ship, a plain state dict, with a JSON file beside it that says of what network."""
    with whole_file(path) as unfinished:
        torch.save({name: value.cpu() for name, value in learner.best.state_dict().items()}, unfinished)
    write_about(path, About(learner.spec, learner.step, learner.side))


def write_about(weights: Path, about: About) -> None:
    """Write the JSON file beside weights."""
    values = {"network": _to_json(about.spec), "steps": about.steps, "side": about.side}
    with whole_file(weights.with_suffix(".json")) as unfinished:
        unfinished.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def read_about(weights: Path) -> About:
    """What :func:`write_about` wrote.

    Raises
    ------
    CheckpointUnusable
        There is no such file, or it is broken.
    """
    path = weights.with_suffix(".json")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return About(_from_json(values["network"]), int(values["steps"]), int(values.get("side", INPUT_SIZE)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointUnusable(f"{path}: {error!r}") from error


def load_network(path: Path) -> nn.Module:
    """The network of a file of :func:`save_weights`, on the CPU, in evaluation mode.

    It takes crops of 256 pixels and answers maps of 64 cells, also where it learnt from smaller pictures.

    Raises
    ------
    CheckpointUnusable
        One of the two files is missing, broken, or does not fit the other.
    """
    network, side = load_bare(path), read_about(path).side
    return network if side == INPUT_SIZE else OnGrid(network, side).eval()


def load_bare(path: Path) -> nn.Module:
    """The same as it was trained: it takes pictures of the size that it learnt from."""
    network = read_about(path).spec.build()
    try:
        network.load_state_dict(_load(path, torch.device("cpu")))
    except RuntimeError as error:
        raise CheckpointUnusable(f"{path}: {error}") from error
    return network.eval()


def _load(path: Path, device: torch.device) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise CheckpointUnusable(f"{path}: {error}") from error
    return state


def _spec_of(state: dict[str, Any]) -> NetworkSpec | None:
    """The network of a checkpoint, None if it does not tell; what an older one leaves out has its default."""
    try:
        return _from_json(state["spec"])
    except (KeyError, TypeError, ValueError):
        return None


def _to_json(spec: NetworkSpec) -> dict[str, Any]:
    return {**asdict(spec), "name": spec.name.value}


def _from_json(values: dict[str, Any]) -> NetworkSpec:
    return NetworkSpec(**{**values, "name": NetworkName(values["name"])})
