"""`python -m models.learn_pooling --data DIR --out FILE`: pooling weights for a network, learnt on JHMDB."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from models.command_line import run
from models.datasets.errors import DatasetUnreadable
from models.datasets.jhmdb import Clip, read_clips
from models.datasets.split import JHMDB_ACTIONS, learnt_from
from models.evaluation.joint_map import MEASURED, WRISTS
from models.evaluation.metrics import total
from models.evaluation.report import ALPHAS, AS_SLASHES, mean_pck
from models.pooling.evidence import together
from models.pooling.files import write_table, write_trust
from models.pooling.fit import STEPS, Fitted, fit
from models.pooling.groups import group_of_joint
from models.pooling.jobs import Collect, Compare, Compared, over_clips
from models.pooling.plot import draw_weights
from service.networks.catalogue import find
from service.networks.skeleton import Skeleton
from service.options import Options
from service.settings import read_settings
from service.temporal.grid import HALF_WINDOW
from service.temporal.weights import PoolingWeights, gaussian

Part = TypeVar("Part")

LOOKAHEADS = (0, 3, HALF_WINDOW)  # frames: at once, nearly as good, all


def learn_pooling(
    data: Annotated[Path, typer.Option(help="JHMDB: the folder with joints.json and clips/.")],
    out: Annotated[Path, typer.Option(help="The table (CSV); what adaptive pooling learns goes beside it.")],
    plot: Annotated[Path | None, typer.Option(help="Also draw the weights here (PNG).")] = None,
    model: Annotated[str, typer.Option(help="Name in the model catalogue.")] = Options().model,
    clips: Annotated[int, typer.Option(min=1, metavar="N", help="Only every N-th clip.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    steps: Annotated[int, typer.Option(min=1, help="Of the descent.")] = STEPS,
    measure: Annotated[bool, typer.Option(help="Then compare on the clips not learnt from.")] = True,
) -> None:
    """Learn from the clips whose name has an even CRC-32; compare on the others of tier A.

    For a network of ours, only clips of the actions that it was not trained on.
    """
    models_dir, skeleton = read_settings().models_dir, find(model).skeleton
    teachers = [clip for clip in _unseen(read_clips(data), model) if learnt_from(clip)][::clips]
    if not teachers:
        raise DatasetUnreadable(f"{data / 'joints.json'} has no clip to learn from.")
    found = over_clips(Collect(Options(model=model)), teachers, models_dir, workers)
    evidence = together(_watched(found, len(teachers), "looking"))
    fitted = fit(evidence, group_of_joint(skeleton), steps)
    write_table(out, fitted.columns[:, group_of_joint(skeleton)], skeleton)
    write_trust(out.with_name(f"{out.stem}-trust.csv"), fitted.trust)
    if plot is not None:
        draw_weights(fitted.columns, plot)
    others = [clip for clip in _unseen(read_clips(data, "A"), model) if not learnt_from(clip)][::clips]
    if measure and others:
        work = Compare(Options(model=model), LOOKAHEADS, _candidates(fitted, skeleton))
        parts = _watched(over_clips(work, others, models_dir, workers), len(others), "measuring")
        compared = {key: total([part[key] for part in parts]) for key in parts[0]}
        Console(width=140).print(_table(compared, f"{model}, {len(others)} clips not learnt from"))


def _unseen(clips: Iterable[Clip], model: str) -> list[Clip]:
    """Those that the network was not trained on: of its own pictures a network is surer than it should be."""
    return [clip for clip in clips if find(model).pulled or clip.action in JHMDB_ACTIONS]


def _candidates(fitted: Fitted, skeleton: Skeleton) -> dict[str, PoolingWeights]:
    table = fitted.columns[:, group_of_joint(skeleton)]
    return {
        "gaussian": PoolingWeights(gaussian(len(skeleton.joints))),
        "learnt": PoolingWeights(table),
        "adaptive": PoolingWeights(table, trust=fitted.trust),
    }


def _watched(parts: Iterable[Part], count: int, words: str) -> list[Part]:
    return list(track(parts, words, total=count, console=Console(stderr=True)))


def _table(compared: Compared, title: str) -> Table:
    """One row for each damage, look-ahead and pooling."""
    table = Table(title=title, box=box.MARKDOWN)
    for column in ("damage", "look-ahead", "pooling", f"mean PCK @ {AS_SLASHES}", "wrists", "jitter px"):
        table.add_column(column)
    for (damage, lookahead, name), tally in compared.items():
        hits = [
            " / ".join(f"{mean_pck(tally, a, joints):.1f}" for a in ALPHAS) for joints in (MEASURED, WRISTS)
        ]
        table.add_row(damage.value, str(lookahead), name, *hits, f"{tally.jitter:.2f}")
    return table


if __name__ == "__main__":
    run(learn_pooling)
