"""Trainings and weights of PoseWarper on disc."""

from __future__ import annotations

import json
import pickle
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from models.posewarper import PoseWarper
from models.training.errors import CheckpointUnusable
from models.warping.learner import WarperSpec, WarpLearner
from service.commands.whole_file import whole_file


def save_checkpoint(learner: WarpLearner, path: Path) -> None:
    """Write everything that a training goes on from; the file is replaced whole or not at all."""
    with whole_file(path) as unfinished:
        torch.save({"spec": asdict(learner.spec), **learner.state()}, unfinished)


def load_checkpoint(learner: WarpLearner, path: Path) -> None:
    """Go on from a file of :func:`save_checkpoint`.

    Raises
    ------
    CheckpointUnusable
        There is none, it is broken, or it is of another network.
    """
    state = _load(path, learner.device)
    if state.get("spec") != asdict(learner.spec):
        raise CheckpointUnusable(f"{path} is of {state.get('spec')}, not {asdict(learner.spec)}")
    try:
        learner.restore(state)
    except (KeyError, RuntimeError, ValueError) as error:
        raise CheckpointUnusable(f"{path}: {error}") from error


def save_weights(learner: WarpLearner, path: Path) -> None:
    """Write the weights to export, a plain state dict, with a JSON file beside it: of what network."""
    with whole_file(path) as unfinished:
        torch.save({name: value.cpu() for name, value in learner.network.state_dict().items()}, unfinished)
    taught = {"aim": learner.aim, "cycle": learner.is_cyclic, "steps": learner.step}
    about = {"posewarper": asdict(learner.spec), **taught}
    with whole_file(path.with_suffix(".json")) as unfinished:
        unfinished.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def load_warper(path: Path) -> tuple[WarperSpec, PoseWarper]:
    """The network of a file of :func:`save_weights`, on the CPU, in evaluation mode.

    Raises
    ------
    CheckpointUnusable
        One of the two files is missing, broken, or does not fit the other.
    """
    about = path.with_suffix(".json")
    try:
        spec = WarperSpec(**json.loads(about.read_text(encoding="utf-8"))["posewarper"])
        network = spec.build()
        network.load_state_dict(_load(path, torch.device("cpu")))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise CheckpointUnusable(f"{path}: {error!r}") from error
    return spec, network.eval()


def _load(path: Path, device: torch.device) -> dict[str, Any]:
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise CheckpointUnusable(f"{path}: {error}") from error
    return state
