"""Results as tables for people and as JSON for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from rich import box
from rich.table import Table

from models.evaluation.joint_map import MEASURED, WRISTS
from models.evaluation.metrics import Tally
from models.evaluation.served import Results

ALPHAS = (0.2, 0.1, 0.05)
AS_SLASHES = " / ".join(f"{alpha:g}" for alpha in ALPHAS)

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | int | None"


def mean_pck(result: Tally, alpha: float, joints: Sequence[str] = MEASURED) -> float:
    """Mean over joints of the percentage hit; joints that are never labelled are left out."""
    values = result.pck(alpha)[[MEASURED.index(name) for name in joints]]
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def summary_table(results: Results, title: str) -> Table:
    """One row for each setting: mean, wrists, jitter and misses."""
    table = Table(title=title, box=box.MARKDOWN)
    for column in (
        "damage",
        "pooling",
        f"mean PCK @ {AS_SLASHES}",
        "wrists",
        "jitter px",
        "of labels",
        "missed",
    ):
        table.add_column(column, justify="left" if column in ("damage", "pooling") else "right")
    for setting, result in results.items():
        table.add_row(
            setting.damage.value,
            setting.pooling.value,
            _slashes([mean_pck(result, alpha) for alpha in ALPHAS]),
            _slashes([mean_pck(result, alpha, WRISTS) for alpha in ALPHAS]),
            f"{result.jitter:.2f}",
            f"{result.label_jitter:.2f}",
            f"{result.misses} of {result.frames}",
        )
    return table


def joints_table(results: Results, title: str) -> Table:
    """One row for each joint, one column for each setting."""
    table = Table("joint", title=f"{title}, PCK @ {AS_SLASHES}", box=box.MARKDOWN)
    for setting in results:
        table.add_column(setting.pooling.value, justify="right")
    for name in MEASURED:
        table.add_row(
            name, *(_slashes([mean_pck(result, a, (name,)) for a in ALPHAS]) for result in results.values())
        )
    return table


def to_json(results: Results) -> list[Json]:
    """One object for each setting; percentages, jitter in pixels of the labelled 256 crop."""
    return [
        {
            "damage": setting.damage.value,
            "pooling": setting.pooling.value,
            "frames": result.frames,
            "misses": result.misses,
            "jitter_px": _number(result.jitter),
            "label_jitter_px": _number(result.label_jitter),
            "pck": {f"{alpha:g}": _pck_json(result, alpha) for alpha in ALPHAS},
        }
        for setting, result in results.items()
    ]


def _pck_json(result: Tally, alpha: float) -> Json:
    joints: dict[str, Json] = {name: _number(mean_pck(result, alpha, (name,))) for name in MEASURED}
    return {
        "mean": _number(mean_pck(result, alpha)),
        "wrists": _number(mean_pck(result, alpha, WRISTS)),
        "joints": joints,
    }


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if np.isnan(value) else round(value, 3)


def _slashes(values: Sequence[float]) -> str:
    return " / ".join(f"{value:.1f}" for value in values)
