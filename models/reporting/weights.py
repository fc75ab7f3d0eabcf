"""The learnt pooling weights (Flowing ConvNets, figure 9)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.evaluation.plots import Panel, draw_lines
from models.reporting import compared
from models.reporting.bench import Bench
from models.reporting.claim import Claim
from models.reporting.errors import DataMissing
from models.reporting.markdown import table
from models.reporting.record import Figures
from models.reporting.section import Section
from service.networks.blazepose33 import BLAZEPOSE33
from service.networks.skeleton import Skeleton
from service.networks.upper7 import UPPER7
from service.temporal.grid import HALF_WINDOW
from service.temporal.learnt.read import learnt_table, learnt_trust
from service.temporal.weights import gaussian

OFFSETS = list(range(-HALF_WINDOW, HALF_WINDOW + 1))
DRAWN = ("right_wrist", "right_elbow", "right_shoulder", "right_hip", "right_knee", "right_ankle")
FACE = ("head", "nose")  # whichever the skeleton has
HAND_MADE = "gaussian, sigma 4"
NEAR = 3  # frames on each side


def measure(bench: Bench) -> Figures:
    """The tables as the service reads them and, where there are clips, what they are worth."""
    tables = {each.name: _read(each) for each in (BLAZEPOSE33, UPPER7) if learnt_table(each) is not None}
    if not tables:
        raise DataMissing("no pooling weights were learnt: python -m models.learn_pooling learns them")
    column = gaussian(1)[:, 0]
    worth = compared.measure(bench) if "jhmdb" in bench.data else None
    return {"tables": tables, "hand_made": (column / column.sum()).round(4).tolist(), "compared": worth}


def draw(figures: Figures, path: Path) -> None:
    """One picture for each skeleton, a line for each joint of the right side and one for the Gaussian."""
    panels = [
        Panel(
            f"weights for {name}",
            "frames from the output frame",
            "weight",
            {joint: (OFFSETS, column) for joint, column in each["columns"].items()}
            | {HAND_MADE: (OFFSETS, figures["hand_made"])},
        )
        for name, each in figures["tables"].items()
    ]
    draw_lines(panels, path)


def write(figures: Figures) -> str:
    """How the weights are spread."""
    header = [
        "skeleton, joint",
        "the frame itself, %",
        f"within {NEAR} frames, %",
        "before it, %",
        "after, %",
    ]
    rows: list[list[str | float | None]] = [
        [f"{name}, {joint}", *_spread(column)]
        for name, each in figures["tables"].items()
        for joint, column in each["columns"].items()
    ]
    rows.append([HAND_MADE, *_spread(figures["hand_made"])])
    trusts = [
        f"`{name}`: " + ", ".join(f"{key} {value:g}" for key, value in each["trust"].items())
        for name, each in figures["tables"].items()
        if each["trust"]
    ]
    adaptive = "What adaptive pooling learnt beside them: " + "; ".join(trusts) + "." if trusts else ""
    words = "The weights that the service ships, of sum 1 for each joint; left and right share theirs."
    worth = compared.write(figures["compared"]) if figures["compared"] else ""
    return "\n\n".join(part for part in (words, table(header, rows), adaptive, worth) if part)


def claims(figures: Figures) -> Sequence[Claim]:
    """The caption of figure 9, and the aims of the project."""
    worth = compared.claims(figures["compared"]) if figures["compared"] else ()
    return [*_shape(figures), *worth]


def _shape(figures: Figures) -> list[Claim]:
    wrists = {name: each["columns"]["right_wrist"] for name, each in figures["tables"].items()}
    return [
        claim
        for name, column in wrists.items()
        for claim in (
            Claim(
                "The centre frame receives the highest weight (figure 9).",
                f"{name}, wrist: highest at {OFFSETS[int(np.argmax(column))]} frames.",
                bool(np.argmax(column) == HALF_WINDOW),
            ),
            Claim(
                "Weights far away are low or even negative (figure 9).",
                f"{name}, wrist: at 15 frames {column[0]} and {column[-1]}, at the centre "
                f"{column[HALF_WINDOW]}. Ours cannot be negative.",
                bool(max(column[0], column[-1]) < column[HALF_WINDOW] / 2),
            ),
        )
    ]


def _read(skeleton: Skeleton) -> Figures:
    weights, trust = learnt_table(skeleton), learnt_trust(skeleton)
    assert weights is not None, "asked for only where there is one"
    names = [name for name in (*FACE, *DRAWN) if name in skeleton.joints]
    columns = {name: weights[:, skeleton.index(name)].astype(float).round(4).tolist() for name in names}
    values = {} if trust is None else {"joint": trust.joint, "frame": trust.frame, "slip": trust.slip_cells}
    return {"columns": columns, "trust": values}


def _spread(column: Sequence[float]) -> list[float]:
    values = 100 * np.array(column)
    near = values[HALF_WINDOW - NEAR : HALF_WINDOW + NEAR + 1]
    parts = values[HALF_WINDOW], near.sum(), values[:HALF_WINDOW].sum(), values[HALF_WINDOW + 1 :].sum()
    return [float(part) for part in parts]


WEIGHTS = Section("Learnt pooling weights (figure 9)", measure, draw, write, claims)
