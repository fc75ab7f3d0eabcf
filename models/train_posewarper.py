"""`python -m models.train_posewarper`: train PoseWarper on a network's heatmaps, in pieces if need be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.progress import track

from models.command_line import run
from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import Clip, read_clips
from models.datasets.split import learnt_from
from models.training.errors import CheckpointUnusable
from models.training.stop import Stop
from models.warping.aim import Aim
from models.warping.checkpoint import load_checkpoint
from models.warping.learner import WarperSpec, WarpLearner
from models.warping.loop import CHECKPOINT, WarpTraining
from models.warping.pairs import Picker
from models.warping.recording import Recording, record_once
from service.engine import Engine
from service.networks.catalogue import find
from service.refine.graph import body_of
from service.settings import read_settings

RECORDINGS = "recordings"  # folder in the training's own, unless another one is given
RATE = 1e-3  # the paper's 1e-4 belongs to a backbone that is trained along


def train_posewarper(
    data: Annotated[Path, typer.Option(help="JHMDB: the folder with joints.json and clips/.")],
    out: Annotated[Path, typer.Option(help="Folder of this training; made if missing.")],
    model: Annotated[str, typer.Option(help="Whose heatmaps: name in the model catalogue.")] = (
        "blazepose-heavy"
    ),
    recordings: Annotated[
        Path | None, typer.Option(help="Where heatmaps are kept once recorded; OUT/recordings if not given.")
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="Stop after so long; recording not counted.")] = None,
    steps: Annotated[int | None, typer.Option(help="Stop at this step, counted from the first run.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in OUT.")] = False,
    every: Annotated[
        int,
        typer.Option(min=1, help="Frames A are every n-th; labels of B, near it, serve --aim motion only."),
    ] = 7,
    cycle: Annotated[bool, typer.Option("--cycle", help="Cycle consistency, too.")] = False,
    aim: Annotated[
        Aim,
        typer.Option(help="motion: B's labels to A's; shifted: with A's labels alone; labels: the paper's."),
    ] = Aim.MOTION,
    channels: Annotated[int, typer.Option(min=1, help="Of the residual stack; the paper's: 128.")] = 32,
    blocks: Annotated[int, typer.Option(min=1, help="Of the residual stack; the paper's: 20.")] = 6,
    shared: Annotated[
        bool, typer.Option("--shared/--each", help="One field of offsets for all maps, or one for each map.")
    ] = True,
    stride: Annotated[
        int, typer.Option(min=1, max=3, help="Frames are compared at every n-th cell; the paper's: 1.")
    ] = 2,
    batch: Annotated[int, typer.Option(min=2, help="Pairs in a step.")] = 16,
    rate: Annotated[float, typer.Option(help="Learning rate; go on with a tenth, twice, as the paper.")] = (
        RATE
    ),
    clips: Annotated[int, typer.Option(min=1, metavar="N", help="Only every N-th clip.")] = 1,
    held_out: Annotated[int, typer.Option(min=1, help="Measure on so many pairs of held-out clips.")] = 400,
    device: Annotated[str, typer.Option(help="cpu, cuda; what there is if not given.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="Of torch on the CPU; all cores if not given.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of first weights and of pairs.")] = 0,
) -> None:
    """Train on the clips whose names have an even CRC-32, measure on the others; stop it any time."""
    torch.set_num_threads(threads or torch.get_num_threads())
    torch.manual_seed(seed)
    joints = len(body_of(find(model).skeleton).joints)
    spec = WarperSpec(model, joints, channels, blocks, shared, stride)
    learner = WarpLearner(spec, rate, cycle, _device(device), aim)
    _begin(learner, out, resume)
    folder = (recordings or out / RECORDINGS) / model
    learnt, measured_on = (_recorded(model, each, folder) for each in _halves(read_clips(data)[::clips]))
    training = WarpTraining(
        learner,
        Picker(learnt, every),
        Picker(measured_on, 1).draw(held_out, (seed,), is_varied=False),
        out,
        batch,
        seed,
    )
    console = Console(stderr=True)
    console.print(_summary(learner, learnt), highlight=False)
    console.print(str(training.run(Stop(steps, minutes))), highlight=False)


def _halves(clips: Sequence[Clip]) -> tuple[list[Clip], list[Clip]]:
    """Clips to learn from and clips to measure on."""
    learnt = [clip for clip in clips if learnt_from(clip)]
    measured_on = [clip for clip in clips if not learnt_from(clip)]
    if not learnt or not measured_on:
        raise DatasetUnreadable("there must be clips with an even and with an odd CRC-32 of their names")
    return learnt, measured_on


def _recorded(model: str, clips: Sequence[Clip], folder: Path) -> list[Recording]:
    with Engine(read_settings().models_dir, threads=1) as engine:
        shown = track(clips, "clips", console=Console(stderr=True))
        return [record_once(engine, model, clip, folder) for clip in shown]


def _begin(learner: WarpLearner, out: Path, resume: bool) -> None:
    out.mkdir(parents=True, exist_ok=True)
    if resume:
        load_checkpoint(learner, out / CHECKPOINT)
    elif (out / CHECKPOINT).exists():
        raise CheckpointUnusable(f"{out} has a training already: --resume goes on with it")


def _summary(learner: WarpLearner, recorded: Sequence[Recording]) -> str:
    weights = sum(each.numel() for each in learner.network.parameters()) / 1e6
    frames = sum(len(each.frames) for each in recorded)
    where = f"on {learner.device}, step {learner.step}"
    return (
        f"posewarper on {learner.spec.model}: {weights:.2f} M weights, {where}; {frames} frames to learn from"
    )


def _device(name: str) -> torch.device:
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        return torch.device(name)
    except RuntimeError as error:
        raise typer.BadParameter(f"{name!r} is no device of torch", param_hint="--device") from error


if __name__ == "__main__":
    run(train_posewarper)
