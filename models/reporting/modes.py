"""Multi-mode failures that spatial fusion removes (Flowing ConvNets, section 5.2 and figure 18)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.evaluation.curves import PARTS
from models.evaluation.modes import RIGHT, WRONG, Change, changes
from models.evaluation.plots import save
from models.evaluation.stills import StillNetwork
from models.evaluation.subjects import Subject
from models.reporting.bench import Bench
from models.reporting.claim import Claim
from models.reporting.markdown import table
from models.reporting.packed_map import pack, unpack
from models.reporting.people import people_of
from models.reporting.record import Figures
from models.reporting.section import Section
from service.networks.upper7 import UPPER7
from service.temporal.grid import CELLS

BEFORE, AFTER = "spatial-net", "spatial-net-fusion"
SHOWN = 5  # people
COUNTS = ("labelled", "wrong_before", "removed", "removed_two_modes", "wrong_after", "new")


def measure(bench: Bench) -> Figures:
    """Count what fusion puts right, and keep the maps of a few people."""
    subjects = [subject for each in people_of(bench).values() for subject in each.subjects]
    return compare(bench, BEFORE, AFTER, subjects)


def compare(bench: Bench, before: str, after: str, subjects: Sequence[Subject]) -> Figures:
    """The same for any two networks of one region, by name."""
    old, new = (StillNetwork(name, bench.models_dir, bench.workers) for name in (before, after))
    found = changes(old, new, subjects)
    known = np.array([subject.sample.known for subject in subjects])
    parts = {
        part: _counts([each for each in found if each.joint in joints], int(known[:, list(joints)].sum()))
        for part, joints in PARTS.items()
    }
    shown = [_example(each) for each in _clearest(found)]
    return {"before": before, "after": after, "people": len(subjects), "parts": parts, "examples": shown}


def draw(figures: Figures, path: Path) -> None:
    """A column for each example: the map before above the map after."""
    examples = figures["examples"]
    columns = max(len(examples), 1)
    figure = Figure(figsize=(1.9 * columns, 4.2), layout="constrained")
    axes = figure.subplots(2, columns, squeeze=False)
    for place in axes.ravel():
        place.axis("off")
    for column, example in enumerate(examples):
        for place, key in zip(axes[:, column], ("before", "after"), strict=True):
            _show(place, example, key)
            place.set_title(f"{example['joint'].replace('_', ' ')}\n{figures[key]}", fontsize=8)
    save(figure, path)


def write(figures: Figures) -> str:
    """What the columns mean, and the counts."""
    header = [
        "joint",
        "labelled",
        "wrong before",
        "of them right after",
        "of these a second mode",
        "wrong after",
        "of them right before",
    ]
    rows = [[part, *(str(counts[name]) for name in COUNTS)] for part, counts in figures["parts"].items()]
    words = (
        f"`{figures['before']}` against `{figures['after']}` on {figures['people']} held-out people. "
        f"Wrong is {WRONG:g} torsos or more from the label, right is within {RIGHT:g}. A second mode: at the "
        "right place the map before was at least half as high as at its peak. In the picture white lines "
        "join the labels, and the cross is the label of the joint."
    )
    return "\n\n".join([words, table(header, rows)])


def claims(figures: Figures) -> Sequence[Claim]:
    """The authors' words on figure 18."""
    removed, new, wrong = (
        sum(counts[name] for counts in figures["parts"].values())
        for name in ("removed", "new", "wrong_before")
    )
    return [
        Claim(
            "The fusion layers resolve the failures of maps with several modes (section 5.2).",
            f"Of {wrong} joints in a wrong place {removed} are put right; {new} right ones become wrong.",
            None if removed == new else removed > new,
        )
    ]


def _counts(found: Iterable[Change], labelled: int) -> dict[str, int]:
    every = list(found)
    removed = [each for each in every if each.removed]
    return {
        "labelled": labelled,
        "wrong_before": sum(each.misses[0] >= WRONG for each in every),
        "removed": len(removed),
        "removed_two_modes": sum(each.two_modes for each in removed),
        "wrong_after": sum(each.misses[1] >= WRONG for each in every),
        "new": sum(each.misses[1] >= WRONG and each.misses[0] <= RIGHT for each in every),
    }


def _clearest(found: Iterable[Change]) -> list[Change]:
    """Those whose second mode was highest, one for each person."""
    by_height = sorted(
        (each for each in found if each.removed and each.two_modes), key=lambda each: each.near
    )
    of_person = {each.labels_cell.tobytes(): each for each in by_height}
    return sorted(of_person.values(), key=lambda each: each.near, reverse=True)[:SHOWN]


def _example(change: Change) -> dict[str, Any]:
    cells = [
        None if np.isnan(point).any() else point.astype(float).round(1).tolist()
        for point in change.labels_cell
    ]
    maps = {"before": pack(change.maps[0]), "after": pack(change.maps[1])}
    return {"joint": UPPER7.joints[change.joint], "labels_cell": cells, **maps}


def _show(place: Axes, example: dict[str, Any], key: str) -> None:
    # The photograph is not ours to publish: the labels stand for the person.
    place.imshow(unpack(example[key]), cmap="magma", vmin=0)
    labels = example["labels_cell"]
    for ends in UPPER7.edges:
        if all(labels[end] is not None for end in ends):
            place.plot(*zip(*(labels[end] for end in ends), strict=True), color="white", linewidth=0.8)
    place.plot(*labels[UPPER7.index(example["joint"])], "+", color="cyan", markersize=9)
    place.set(xlim=(-0.5, CELLS - 0.5), ylim=(CELLS - 0.5, -0.5))


MODES = Section("Failures that fusion removes", measure, draw, write, claims)
