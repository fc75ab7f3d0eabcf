"""The springs between joints: data, read from a small file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.errors import Problem
from service.networks.skeleton import Skeleton
from service.refine.graph import Body, SliceGraph, body_of

FOLDER = Path(__file__).parent / "learnt"
COLUMNS = ("from", "to", "stiff_x", "stiff_y", "rest_x", "rest_y", "hold")
PAPERS_STIFFNESS = 0.01  # 1 / cell², Thin-Slicing section 5.2, where the first-order term, the rest, is 0
PAPERS_HOLD = 1e6  # the paper's springs never let go


class RefineUnavailable(Problem):
    """There are no springs for the joints of this network."""

    name = "refine-unavailable"
    title = "This model cannot be refined"
    status = 422


@dataclass(frozen=True, slots=True)
class Springs:
    """What joints of one body expect of each other.

    Attributes
    ----------
    body
        Whose.
    table
        (S, 5) float32: stiffness in x and y (1 / cell²), rest in x and y (cells, second joint minus first),
        hold. One row for each edge of the body, then one for each joint with itself in the adjacent frame.

    Notes
    -----
    A spring costs ``min(stiff_x (dx - rest_x)² + stiff_y (dy - rest_y)², hold)`` in units of heatmap value,
    cells of the 64 x 64 grid. The paper's springs are plain quadratics, hold infinite; ours let go, so that
    one joint in a wrong place, or a body in an unusual pose, cannot pull all others with it.
    """

    body: Body
    table: NDArray[np.float32]

    def of_edges(self, graph: SliceGraph, cells_per_cell: float = 1.0) -> NDArray[np.float32]:
        """(E, 5) springs of directed edges, for a grid whose cells are that many times as wide."""
        springs = self.table[graph.spring].copy()
        springs[:, 2:4] *= graph.sign[:, None] / cells_per_cell
        springs[:, :2] *= cells_per_cell**2
        return np.ascontiguousarray(springs, np.float32)


def papers_springs(body: Body) -> Springs:
    """Springs as the paper begins with them (section 5.2)."""
    row = (PAPERS_STIFFNESS, PAPERS_STIFFNESS, 0.0, 0.0, PAPERS_HOLD)
    return Springs(body, np.array([row] * (len(body.edges) + len(body.names)), np.float32))


@cache
def springs_for(skeleton: Skeleton) -> Springs:
    """The learnt springs of a skeleton.

    Raises
    ------
    RefineUnavailable
        None are learnt for it.
    """
    path = FOLDER / f"{skeleton.name}.csv"
    if not path.is_file():
        raise RefineUnavailable(f"There are no springs for the joints of {skeleton.name}.")
    return read_springs(path, body_of(skeleton))


def read_springs(path: Path, body: Body) -> Springs:
    """Read a file of springs.

    Raises
    ------
    ValueError
        The file is not about this body.
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    ends = [(row["from"], row["to"]) for row in rows]
    if ends != names_of(body):
        raise ValueError(f"{path} has other edges: {ends}")
    return Springs(body, np.array([[float(row[name]) for name in COLUMNS[2:]] for row in rows], np.float32))


def write_springs(springs: Springs, path: Path) -> None:
    """Write a file that :func:`read_springs` reads."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for ends, row in zip(names_of(springs.body), springs.table.tolist(), strict=True):
            writer.writerow([*ends, *(f"{value:.5g}" for value in row)])


def names_of(body: Body) -> Sequence[tuple[str, str]]:
    """What each row of the table joins; a joint and itself in the adjacent frame last."""
    spatial = [(body.names[one], body.names[other]) for one, other in body.edges]
    return [*spatial, *((name, name) for name in body.names)]
