"""`python -m models.scores --model NAME --data KIND=DIR`: how sure a network is of people, and of no people.

The two thresholds of a network's card, `admit_from` and `doubt_below`, are chosen from this table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich import box
from rich.console import Console
from rich.table import Table

from models.command_line import run
from models.datasets.catalogue import READERS
from models.evaluation.stills import StillNetwork
from models.evaluation.subjects import Subject, gather
from service.networks.catalogue import find
from service.people.sighting import sight
from service.settings import read_settings

PERCENTS = (1, 5, 10, 25, 50, 75, 90, 95, 99)
AWAY = (
    2.2  # half-sides to the side: no joint of the person is in such a crop, only the crop's edge may meet it
)


def scores(
    data: Annotated[list[str], typer.Option(metavar="KIND=DIR", help="mpii, coco, street, jhmdb.")],
    model: Annotated[str, typer.Option(help="Name in the model catalogue.")],
) -> None:
    """Show the network held-out people, then the places beside them; print percentiles of the score."""
    folders = [_folder(pair) for pair in data]
    network = StillNetwork(model, read_settings().models_dir)
    subjects = [subject for folder in folders for subject in gather(*folder).subjects]
    beside = [away for subject in subjects if (away := beside_them(subject, network)) is not None]
    found = {"people": subjects, "beside them": beside}
    Console(width=120).print(_table({name: scores_of(network, model, each) for name, each in found.items()}))


def beside_them(subject: Subject, network: StillNetwork) -> Subject | None:
    """The same subject with the crop moved to the side with more room; None where there is not enough.

    Somebody else may be there: data sets do not label everybody.
    """
    crop = subject.crops[network.region]
    width = subject.sample.read().shape[1]
    x, y = crop.centre
    right = x < width / 2
    moved = x + (AWAY if right else -AWAY) * crop.half_side
    if not 0 <= moved <= width:
        return None
    return replace(subject, crops={network.region: replace(crop, centre=(moved, y))})


def scores_of(network: StillNetwork, model: str, subjects: Sequence[Subject]) -> NDArray[np.float64]:
    """The score of each sighting, as the service decides by: (N,) float64 in [0, 1]."""
    card = replace(find(model), guides=None)  # only the joints' maps are here
    pairs = zip(subjects, network.maps(subjects), strict=True)
    return np.array([sight(maps, subject.crops[network.region], card).score for subject, maps in pairs])


def _table(found: dict[str, NDArray[np.float64]]) -> Table:
    table = Table(title="score of a sighting, percentiles", box=box.MARKDOWN)
    for column in ("shown", "pictures", *(f"{percent} %" for percent in PERCENTS)):
        table.add_column(column)
    for name, each in found.items():
        values = np.percentile(each, PERCENTS) if each.size else np.full(len(PERCENTS), np.nan)
        table.add_row(name, str(each.size), *(f"{value:.2f}" for value in values))
    return table


def _folder(pair: str) -> tuple[str, Path]:
    kind, _, folder = pair.partition("=")
    if kind not in READERS or not folder:
        raise typer.BadParameter(f"{pair!r} is not KIND=DIR; KIND: {', '.join(READERS)}", param_hint="--data")
    return kind, Path(folder)


if __name__ == "__main__":
    run(scores)
