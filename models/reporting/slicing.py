"""Thin-Slicing: the body's graph over space and time, on single-frame, pooled and warped heatmaps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.evaluation.degrade import Damage
from models.evaluation.plots import Panel, draw_lines
from models.reporting.bench import Bench
from models.reporting.claim import Claim, beats
from models.reporting.markdown import table
from models.reporting.record import Figures
from models.reporting.section import Section
from models.reporting.video_rows import NAMES, what
from models.slicing.compare import GRAPHS, Comparison, compare, poolings_for
from models.slicing.tables import ALPHAS, PARTS, to_json
from service.networks.catalogue import find
from service.options import Options
from service.refine.springs import springs_for

COARSE, FINE = (f"{alpha:g}" for alpha in ALPHAS)


def measure(bench: Bench) -> Figures:
    """Every damage, pooling and graph; the springs were learnt on the other half of the clips."""
    clips = bench.clips()
    card = find(bench.model)
    comparison = Comparison(
        bench.models_dir,
        Options(model=bench.model),
        springs_for(card.skeleton),
        poolings_for(card, bench.models_dir),
    )
    results = compare(comparison, clips, tuple(Damage), bench.workers)
    return {**what(bench, clips), "rows": to_json(results)}


def draw(figures: Figures, path: Path) -> None:
    """Accuracy of the wrists over the graphs."""
    panels = [
        Panel(
            f"{NAMES[damage]}: wrists",
            "0 no graph, 1 space, 2 and 3 space and time",
            "accuracy, %",
            {
                pooling: (
                    list(range(len(GRAPHS))),
                    [row["pck"][FINE]["wrist"] for row in figures["rows"] if _is(row, damage, pooling)],
                )
                for pooling in _poolings(figures)
            },
        )
        for damage in _damages(figures)
    ]
    draw_lines(panels, path)


def write(figures: Figures) -> str:
    """The text, and a table for each damage and radius."""
    words = (
        f"`{figures['model']}` as served, {figures['clips']} clips of JHMDB tier A from which nothing was "
        f"learnt, {figures['frames']} frames. Percent of the joints within {COARSE} or {FINE} of the longer "
        "side of the person's box, left and right together; jitter as elsewhere. `spatial`: limbs and "
        "symmetric pairs; `spatiotemporal`: also the joints of one or two neighbours on each side, carried "
        "along flow (Thin-Slicing Networks, tables 1 to 3). Pooling `posewarper` adds up three neighbours on "
        "each side, carried by learnt warping (PoseWarper, section 3)."
    )
    tables = [
        f"{NAMES[damage].capitalize()}, {alpha} of the box:\n\n{_table(figures, damage, alpha)}"
        for damage in _damages(figures)
        for alpha in (COARSE, FINE)
    ]
    return "\n\n".join([words, *tables])


def claims(figures: Figures) -> Sequence[Claim]:
    """What the graph gives on single frames, and what time adds to it."""
    said = []
    for damage in _damages(figures):
        mean = {row["graph"]: row["pck"][FINE]["mean"] for row in figures["rows"] if _is(row, damage, "none")}
        where = f"`{figures['model']}`, {NAMES[damage]}, single-frame heatmaps:"
        spatial, temporal = mean["spatial"], mean["spatiotemporal, 1"]
        said += [
            Claim(
                "The body's graph betters a network's joints (Thin-Slicing, table 1).",
                f"{where} {mean['none']:.1f} -> {spatial:.1f}.",
                beats(spatial, mean["none"]),
            ),
            Claim(
                "The graph over time betters the one over space (Thin-Slicing, table 1).",
                f"{where} {spatial:.1f} -> {temporal:.1f}.",
                beats(temporal, spatial),
            ),
        ]
    return said


def _table(figures: Figures, damage: str, alpha: str) -> str:
    columns = (*PARTS, "mean")
    rows = [
        [
            f"{row['pooling']}, {row['graph']}",
            *(row["pck"][alpha][column] for column in columns),
            row["jitter_px"],
        ]
        for row in figures["rows"]
        if row["damage"] == damage
    ]
    return table(["pooling, graph", *columns, "jitter"], rows)


def _is(row: dict[str, Any], damage: str, pooling: str) -> bool:
    return bool(row["damage"] == damage and row["pooling"] == pooling)


def _damages(figures: Figures) -> list[str]:
    return list(dict.fromkeys(row["damage"] for row in figures["rows"]))


def _poolings(figures: Figures) -> list[str]:
    return list(dict.fromkeys(row["pooling"] for row in figures["rows"]))


SLICING = Section("The body's graph over space and time", measure, draw, write, claims, by_model=True)
