"""Pooling on clean and damaged video, joint by joint."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

from models.evaluation.degrade import Damage
from models.evaluation.joint_map import MEASURED
from models.evaluation.plots import Panel, draw_lines
from models.evaluation.served import POOLINGS, Setting
from models.reporting.bench import Bench
from models.reporting.claim import Claim, beats
from models.reporting.markdown import table
from models.reporting.record import Figures
from models.reporting.section import Section
from models.reporting.video_rows import NAMES, by_joint, intro, row, what
from service.options import Pooling

KINDS = tuple(pooling.value for pooling in POOLINGS)
BY_JOINT = (Pooling.NONE, Pooling.PARAMETRIC, Pooling.ADAPTIVE)


def measure(bench: Bench) -> Figures:
    """Every damage with every kind of pooling, the whole window."""
    clips = bench.clips()
    settings = {(damage, kind): Setting(damage, kind) for damage, kind in product(Damage, POOLINGS)}
    results = bench.measure(tuple(settings.values()), clips)
    rows = {d: {kind: row(results[settings[d, kind]]) for kind in POOLINGS} for d in Damage}
    joints = {d: {kind: by_joint(results[settings[d, kind]]) for kind in BY_JOINT} for d in Damage}
    return {**what(bench, clips), "rows": rows, "joints": joints}


def draw(figures: Figures, path: Path) -> None:
    """Accuracy and jitter of each kind over the damages."""
    damages = list(range(len(figures["rows"])))
    axis = "damage: " + ", ".join(f"{n} {NAMES[name]}" for n, name in enumerate(figures["rows"]))
    panels = [
        Panel(title, axis, unit, {kind: (damages, _over_damages(figures, kind, column)) for kind in KINDS})
        for title, unit, column in (
            ("wrists", "accuracy, %", "wrists"),
            ("mean of the joints", "accuracy, %", "mean"),
            ("jitter", "px of a 256 crop", "jitter_px"),
        )
    ]
    draw_lines(panels, path)


def write(figures: Figures) -> str:
    """The text, a table of the kinds, and one of the joints."""
    rows = [
        [NAMES[damage], kind, each["mean at 0.2"], each["mean"], each["wrists"], each["jitter_px"]]
        for damage, kinds in figures["rows"].items()
        for kind, each in kinds.items()
    ]
    header = ["video", "pooling", "mean, 0.2 of the box", "mean", "wrists", "jitter"]
    label_jitter = figures["rows"]["none"]["none"]["label_jitter_px"]
    words = f"The whole window of 15. The labels themselves have a jitter of {label_jitter} px."
    return "\n\n".join([intro(figures), words, table(header, rows), "Joint by joint:", _joints(figures)])


def claims(figures: Figures) -> Sequence[Claim]:
    """Whether pooling helps where frames are damaged, and which kind."""
    said = []
    for damage, kinds in figures["rows"].items():
        mean = {kind: each["mean"] for kind, each in kinds.items()}
        best = max(mean, key=lambda kind: float(mean[kind]))
        said.append(
            Claim(
                "Learnt pooling beats the single frame on all joints.",
                f"`{figures['model']}`, {NAMES[damage]}: {mean['none']} -> {mean['parametric']}; best is "
                f"{best} with {mean[best]}.",
                beats(mean["parametric"], mean["none"]),
            )
        )
    return said


def _over_damages(figures: Figures, kind: str, column: str) -> list[float]:
    return [kinds[kind][column] for kinds in figures["rows"].values()]


def _joints(figures: Figures) -> str:
    columns = [(damage, kind) for damage, kinds in figures["joints"].items() for kind in kinds]
    rows = [[name, *(figures["joints"][d][kind][name] for d, kind in columns)] for name in MEASURED]
    rows = [each for each in rows if any(value is not None for value in each[1:])]
    return table(["joint", *(f"{NAMES[damage]}, {kind}" for damage, kind in columns)], rows)


DEGRADED = Section("Clean and damaged video", measure, draw, write, claims, by_model=True)
