"""Trainings and weights on disc."""

from __future__ import annotations

import json
import pickle
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn

from models.training.errors import CheckpointUnusable
from models.training.learner import Learner
from models.training.network import NetworkName, NetworkSpec
from service.commands.whole_file import whole_file


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
    write_about(path, learner.spec, learner.step)


def write_about(weights: Path, spec: NetworkSpec, steps: int) -> None:
    """Write the JSON file beside weights: of what network they are, and after how many steps."""
    about = {"network": _to_json(spec), "steps": steps}
    with whole_file(weights.with_suffix(".json")) as unfinished:
        unfinished.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def read_about(weights: Path) -> tuple[NetworkSpec, int]:
    """What :func:`write_about` wrote.

    Raises
    ------
    CheckpointUnusable
        There is no such file, or it is broken.
    """
    path = weights.with_suffix(".json")
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        return _from_json(about["network"]), int(about["steps"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointUnusable(f"{path}: {error!r}") from error


def load_network(path: Path) -> nn.Module:
    """The network of a file of :func:`save_weights`, on the CPU, in evaluation mode.

    Raises
    ------
    CheckpointUnusable
        One of the two files is missing, broken, or does not fit the other.
    """
    network = read_about(path)[0].build()
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
