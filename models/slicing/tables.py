"""The comparison as tables for people and as JSON for machines."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table

from models.evaluation.degrade import Damage
from models.evaluation.joint_map import MEASURED
from models.evaluation.report import Json, mean_pck
from models.reporting.record import number
from models.slicing.compare import Results

ALPHAS = (0.2, 0.1)
PARTS = ("face", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
"""The papers' columns: left and right together."""


def joints_of(part: str) -> Sequence[str]:
    """The measured joints of a column."""
    return [name for name in MEASURED if name.endswith(part)]


def table_of(results: Results, damage: Damage, alpha: float) -> Table:
    """One row for each pooling and graph; PCK in per cent, jitter in pixels of the labelled 256 crop."""
    table = Table("pooling", "graph", title=f"damage: {damage.value}, PCK@{alpha:g}", box=box.MARKDOWN)
    for column in (*PARTS, "mean", "jitter"):
        table.add_column(column, justify="right")
    for row, result in results.items():
        if row.damage is damage:
            parts = [f"{mean_pck(result, alpha, joints_of(part)):.1f}" for part in PARTS]
            mean = f"{mean_pck(result, alpha):.1f}"
            table.add_row(row.pooling.value, row.graph, *parts, mean, f"{result.jitter:.2f}")
    return table


def to_json(results: Results) -> list[Json]:
    """One object for each row of the tables."""
    return [
        {
            "damage": row.damage.value,
            "pooling": row.pooling.value,
            "graph": row.graph,
            "frames": result.frames,
            "jitter_px": number(result.jitter, 3),
            "pck": {
                f"{alpha:g}": {
                    "mean": number(mean_pck(result, alpha), 3),
                    **{part: number(mean_pck(result, alpha, joints_of(part)), 3) for part in PARTS},
                }
                for alpha in ALPHAS
            },
        }
        for row, result in results.items()
    ]
