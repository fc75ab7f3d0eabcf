"""`python -m models.learn_springs --data DIR --out FILE`: Thin-Slicing's springs, from labelled clips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from models.command_line import run
from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import Clip, read_clips
from models.datasets.split import learnt_from
from models.evaluation.degrade import Damage
from models.slicing.harvest import Example, harvest
from models.slicing.labelled import labelled_poses
from models.slicing.learn import estimate, fit
from service.commands.whole_file import whole_file
from service.engine import Engine
from service.networks.catalogue import find
from service.options import Options
from service.refine.graph import Body, body_of
from service.refine.springs import Springs, write_springs
from service.settings import read_settings


def learn_springs(
    data: Annotated[Path, typer.Option(help="JHMDB: the folder with joints.json and clips/.")],
    out: Annotated[Path, typer.Option(help="Where the springs go: a CSV file.")],
    model: Annotated[str, typer.Option(help="Name in the model catalogue.")] = Options().model,
    clips: Annotated[int, typer.Option(min=1, metavar="N", help="Only every N-th clip.")] = 1,
    steps: Annotated[
        int, typer.Option(min=0, help="Of training on the hinge loss; 0 keeps the estimate.")
    ] = 60,
    labels_only: Annotated[
        bool, typer.Option("--labels-only", help="Estimate in the labels' crops; no network is needed.")
    ] = False,
) -> None:
    """Estimate springs from the labels of one half of the clips, then train them on the hinge loss."""
    chosen = [clip for clip in read_clips(data) if learnt_from(clip)][::clips]
    if not chosen:
        raise DatasetUnreadable(f"{data / 'joints.json'} has no clip to learn from.")
    card = find(model)
    body = body_of(card.skeleton)
    if labels_only:
        springs = estimate(*labelled_poses(chosen, body, card.region), body)
    else:
        springs = _trained(_harvested(chosen, model), body, steps)
    with whole_file(out) as unfinished:
        write_springs(springs, unfinished)


def _harvested(clips: Sequence[Clip], model: str) -> list[Example]:
    """Examples of all clips, as they are and with each damage."""
    options, examples = Options(model=model), []
    with Engine(read_settings().models_dir, threads=1) as engine:
        for clip in track(clips, "clips", console=Console(stderr=True)):
            for damage in Damage:
                examples += harvest(engine, options, clip, damage)
    return examples


def _trained(examples: Sequence[Example], body: Body, steps: int) -> Springs:
    """Springs estimated, then trained."""
    labels = np.stack([example.labels for example in examples])
    known = np.stack([example.valid for example in examples])
    springs = estimate(labels, known, body)
    if not steps:
        return springs
    losses: list[float] = []
    springs = fit(springs, examples, steps, losses.append)
    tenth = max(1, steps // 10)
    first, last = sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth
    words = f"{len(examples)} examples; hinge loss {first:.3f} -> {last:.3f} in {steps} steps"
    Console(stderr=True).print(words)
    return springs


if __name__ == "__main__":
    run(learn_springs)
