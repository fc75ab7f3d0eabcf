"""Kinds of pooling against the number of neighbours (Flowing ConvNets, figure 8)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from models.evaluation.degrade import Damage
from models.evaluation.plots import Panel, draw_lines
from models.evaluation.served import Setting
from models.reporting.bench import Bench
from models.reporting.claim import Claim, beats
from models.reporting.markdown import table
from models.reporting.record import Figures
from models.reporting.section import Section
from models.reporting.video_rows import NAMES, intro, row, what
from service.options import Pooling

NEIGHBOURS = (1, 2, 3, 5, 7, 11, 15)  # on each side; 0 is the single frame
WORDS = (
    "The columns are the neighbours on each side; each cell is wrists / mean. `parametric` and `adaptive` "
    "have the weights that were learnt for 15 neighbours, cut to the window."
)
KINDS = (Pooling.PARAMETRIC, Pooling.ADAPTIVE, Pooling.SUM, Pooling.MAX)


def measure(bench: Bench) -> Figures:
    """Every kind with every number of neighbours, clean and blurred."""
    clips = bench.clips()
    single = {damage: Setting(damage, Pooling.NONE) for damage in (Damage.NONE, Damage.BLUR)}
    pooled = [Setting(damage, kind, window=n) for damage, kind, n in product(single, KINDS, NEIGHBOURS)]
    results = bench.measure((*single.values(), *pooled), clips)
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {damage: {} for damage in single}
    for damage, kind in product(single, KINDS):
        settings = [single[damage], *(Setting(damage, kind, window=n) for n in NEIGHBOURS)]
        rows[damage][kind] = [row(results[setting]) for setting in settings]
    return {**what(bench, clips), "neighbours": [0, *NEIGHBOURS], "rows": rows}


def draw(figures: Figures, path: Path) -> None:
    """Wrists and mean, clean and blurred."""
    panels = [
        Panel(f"{NAMES[damage]}: {joints}", "neighbours on each side, frames", "accuracy, %", lines)
        for damage, joints in product(figures["rows"], ("wrists", "mean"))
        for lines in [_lines(figures, damage, joints)]
    ]
    draw_lines(panels, path)


def write(figures: Figures) -> str:
    """The text and a table for each damage."""
    parts = [intro(figures), WORDS]
    header = ["pooling", *(f"n = {n}" for n in figures["neighbours"])]
    for damage, kinds in figures["rows"].items():
        rows = [[kind, *(_cell(each) for each in each_n)] for kind, each_n in kinds.items()]
        parts += [f"**{NAMES[damage].capitalize()}**", table(header, rows)]
        jitter = [[kind, *(each["jitter_px"] for each in each_n)] for kind, each_n in kinds.items()]
        parts += [f"Jitter in pixels, {NAMES[damage]}:", table(header, jitter)]
    return "\n\n".join(parts)


def claims(figures: Figures) -> Sequence[Claim]:
    """Section 5.2 of the paper, on wrists in clean video and in blurred video."""
    return [
        claim
        for damage, kinds in figures["rows"].items()
        for claim in _claims(kinds, f"`{figures['model']}`, wrists, {NAMES[damage]}")
    ]


def _claims(kinds: dict[str, list[dict[str, Any]]], words: str) -> list[Claim]:
    wrists = {kind: [each["wrists"] for each in rows] for kind, rows in kinds.items()}
    last = {kind: values[-1] for kind, values in wrists.items()}
    rest = max(last["sum"], last["max"])
    learnt, single = last["parametric"], wrists["parametric"][0]
    said = [
        ("Pooling along flow beats the single frame (5.2).", beats(learnt, single), f"{single} -> {learnt}"),
        ("Parametric pooling is best with 15 neighbours (figure 8).", beats(learnt, rest), _list(last)),
        _grows(wrists["parametric"]),
        *(_falls(kind, wrists[kind]) for kind in ("sum", "max")),
        (
            "Max pooling falls more than sum pooling (figure 8).",
            beats(last["sum"], last["max"]),
            f"sum {last['sum']}, max {last['max']}",
        ),
    ]
    return [Claim(what_, f"{words}: {found}.", holds) for what_, holds, found in said]


def _grows(values: list[float]) -> tuple[str, bool | None, str]:
    return (
        "Parametric pooling improves as the window grows (figure 8).",
        beats(values[-1], max(values[1:-1])),
        f"best of the smaller windows {max(values[1:-1])}, with 15 neighbours {values[-1]}",
    )


def _falls(kind: str, values: list[float]) -> tuple[str, bool | None, str]:
    best = max(values)
    return (
        f"{kind.capitalize()} pooling gets worse as the window grows (figure 8).",
        beats(best, values[-1]),
        f"best {best}, with 15 neighbours {values[-1]}",
    )


def _list(values: dict[str, float]) -> str:
    return ", ".join(f"{kind} {value}" for kind, value in values.items())


def _lines(figures: Figures, damage: str, joints: str) -> dict[str, tuple[list[float], list[float]]]:
    kinds = figures["rows"][damage]
    return {kind: (figures["neighbours"], [each[joints] for each in rows]) for kind, rows in kinds.items()}


def _cell(each: dict[str, Any]) -> str:
    return f"{each['wrists']:.1f} / {each['mean']:.1f}"


POOLING = Section(
    "Kinds of pooling and the size of the window (figure 8)", measure, draw, write, claims, by_model=True
)
