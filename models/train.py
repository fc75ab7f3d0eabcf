"""`python -m models.train`: train one of the papers' networks, for as long as one likes, in pieces."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import cv2
import torch
import typer
from rich.console import Console

from models.backbones.pose_machine import STAGES
from models.command_line import run
from models.datasets.catalogue import READERS
from models.skeletons.body13 import BODY13
from models.training.checkpoint import load_checkpoint
from models.training.data import Data, read_data, weights_of
from models.training.errors import CheckpointUnusable
from models.training.learner import Cooling, Learner
from models.training.loader import Loader
from models.training.loop import CHECKPOINT, Training
from models.training.network import ANY_SIDE, NetworkName, NetworkSpec
from models.training.precision import Precision
from models.training.recipe import RECIPES, RecipeName
from models.training.stop import Stop
from service.networks.skeleton import Skeleton
from service.networks.upper7 import UPPER7
from service.temporal.grid import INPUT_SIZE, STRIDE

LEAST_SIDE = 64
COOLED = "cooled"  # folder in the training's own: the cool-down spoils nothing


class SkeletonName(StrEnum):
    """What is found."""

    UPPER7 = "upper7"
    BODY13 = "body13"

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton of that name."""
        return {SkeletonName.UPPER7: UPPER7, SkeletonName.BODY13: BODY13}[self]


def train(
    out: Annotated[Path, typer.Option(help="Folder of this training; made if missing.")],
    data: Annotated[list[str], typer.Option(metavar="KIND=DIR", help=f"KIND: {', '.join(READERS)}.")],
    network: Annotated[NetworkName, typer.Option()] = NetworkName.SPATIAL_NET_FUSION,
    width: Annotated[float, typer.Option(min=0.01, help="Of the layers; 1 is the paper's.")] = 0.25,
    recipe: Annotated[RecipeName, typer.Option()] = RecipeName.MODERN,
    skeleton: Annotated[SkeletonName, typer.Option()] = SkeletonName.UPPER7,
    conv4: Annotated[int, typer.Option(help="Side of conv4's kernel: 5 (paper), 9 (its code).")] = 5,
    stages: Annotated[int, typer.Option(min=1, help="Of the pose machine.")] = STAGES,
    share: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND=TIMES", help="How often a pass sees a data set's people."),
    ] = None,
    upside_down: Annotated[float, typer.Option(min=0, help="The same for people upside down.")] = 1.0,
    side: Annotated[
        int,
        typer.Option(
            min=LEAST_SIDE,
            max=INPUT_SIZE,
            help="Of the pictures; half is four times as fast, and is then what is served too.",
        ),
    ] = INPUT_SIZE,
    batch: Annotated[int, typer.Option(min=2, help="People in a step.")] = 16,
    rate: Annotated[float | None, typer.Option(help="Learning rate; the recipe's if not given.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Stop after so long.")] = None,
    steps: Annotated[int | None, typer.Option(help="Stop at this step, counted from the first run.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in OUT.")] = False,
    cool_down: Annotated[
        int | None,
        typer.Option(
            metavar="STEPS", help="Let the rate fall to 0, from a copy of OUT's checkpoint, in OUT/cooled."
        ),
    ] = None,
    held_out: Annotated[int, typer.Option(min=0, help="Measure on so many held-out people.")] = 200,
    measure_every: Annotated[float, typer.Option(help="Minutes between measures.")] = 30,
    device: Annotated[str, typer.Option(help="cpu, cuda; what there is if not given.")] = "auto",
    precision: Annotated[Precision, typer.Option()] = Precision.AUTO,
    threads: Annotated[int | None, typer.Option(help="Of torch on the CPU; all cores if not given.")] = None,
    loaders: Annotated[int, typer.Option(min=1, help="Threads that prepare pictures.")] = 1,
    seed: Annotated[int, typer.Option(help="Of first weights, order and changes.")] = 0,
) -> None:
    """Train a network; stop it at any time with Ctrl-C or SIGTERM, it saves itself first."""
    cv2.setNumThreads(1)  # the loader has threads of its own
    torch.set_num_threads(threads or torch.get_num_threads())
    torch.manual_seed(seed)
    joints, chosen = skeleton.skeleton, RECIPES[recipe]
    if side != INPUT_SIZE and (side % STRIDE or network not in ANY_SIDE):
        raise typer.BadParameter(f"{network.value} cannot learn at {side}", param_hint="--side")
    spec = NetworkSpec(network, len(joints.joints), width, chosen.normalise, conv4, stages)
    chosen = chosen if rate is None else replace(chosen, rate=rate)
    learner = Learner(spec, chosen, _device(device), precision, side)
    folder = _begin(learner, out, resume, cool_down)
    people = read_data([_folder(pair) for pair in data], joints, max(1, held_out))
    loader = Loader(
        people.training,
        weights_of(people.training, dict(_times(pair) for pair in share or []), upside_down, joints),
        joints,
        chosen.ranges,
        batch,
        seed,
    )
    _say(learner, people)
    end = [each for each in (steps, chosen.steps, learner.last_step) if each is not None]
    stop = Stop(min(end, default=None), minutes)
    measured_on = people.held_out if held_out else []
    measured = Training(learner, loader, measured_on, folder, threads=loaders).run(stop, 60 * measure_every)
    if measured is not None:
        Console(stderr=True).print(f"PCK@0.2 of torso: {measured.mean:.1f}, {measured.pck.round(1)}")


def _begin(learner: Learner, out: Path, resume: bool, cool_down: int | None) -> Path:
    """Restore what the training goes on from; the folder that it writes to."""
    if cool_down is None:
        out.mkdir(parents=True, exist_ok=True)
        if resume:
            load_checkpoint(learner, out / CHECKPOINT)
        elif (out / CHECKPOINT).exists():
            raise CheckpointUnusable(f"{out} has a training already: --resume goes on with it")
        return out
    folder = out / COOLED
    if resume and (folder / CHECKPOINT).exists():
        load_checkpoint(learner, folder / CHECKPOINT)
    else:
        load_checkpoint(learner, out / CHECKPOINT)
        learner.cooling = Cooling(learner.step, cool_down)
    folder.mkdir(exist_ok=True)
    return folder


def _device(name: str) -> torch.device:
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        return torch.device(name)
    except RuntimeError as error:
        raise typer.BadParameter(f"{name!r} is no device of torch", param_hint="--device") from error


def _folder(pair: str) -> tuple[str, Path]:
    kind, _, folder = pair.partition("=")
    if kind not in READERS or not folder:
        raise typer.BadParameter(
            f"{pair!r} is not KIND=DIR; the kinds: {', '.join(READERS)}", param_hint="--data"
        )
    return kind, Path(folder)


def _times(pair: str) -> tuple[str, float]:
    kind, _, times = pair.partition("=")
    try:
        return kind, float(times)
    except ValueError as error:
        raise typer.BadParameter(f"{pair!r} is not KIND=TIMES", param_hint="--share") from error


def _say(learner: Learner, people: Data) -> None:
    weights = sum(each.numel() for each in learner.network.parameters())
    kept = Counter(person.source for person in people.training)
    parts = ", ".join(f"{count} {source}" for source, count in kept.items())
    where = f"{'bf16' if learner.is_half else 'fp32'} on {learner.device}, step {learner.step}"
    Console(stderr=True).print(
        f"{learner.spec.name.value}: {weights / 1e6:.2f} M weights, {where}; "
        f"{len(people.training)} people to train on ({parts}), {len(people.held_out)} to measure on"
    )


if __name__ == "__main__":
    run(train)
