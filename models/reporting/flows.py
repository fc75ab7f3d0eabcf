"""Flow methods: what they find and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

from models.evaluation.degrade import Damage
from models.evaluation.flow_cost import flow_cost_ms
from models.evaluation.plots import Panel, draw_lines
from models.evaluation.served import Setting
from models.reporting.bench import Bench
from models.reporting.claim import Claim, beats
from models.reporting.markdown import table
from models.reporting.record import Figures, number
from models.reporting.section import Section
from models.reporting.video_rows import NAMES, intro, row, what
from service.flow import ESTIMATORS
from service.options import FlowMethod, Pooling

EVERY = 5  # clips: the slow methods take most of the time of the report
TIMED = 1  # clip
DAMAGES = (Damage.NONE, Damage.BLUR)
METHODS = (*ESTIMATORS, FlowMethod.NONE)  # what needs no card
SINGLE = "single frame"


def measure(bench: Bench) -> Figures:
    """Every method with parametric pooling and the whole window; the single frame beside them."""
    clips = bench.clips(EVERY)
    settings = {
        (damage, flow): Setting(damage, Pooling.PARAMETRIC, flow)
        for damage, flow in product(DAMAGES, METHODS)
    }
    single = {damage: Setting(damage, Pooling.NONE) for damage in DAMAGES}
    results = bench.measure((*settings.values(), *single.values()), clips)
    rows = {flow: {d: row(results[settings[d, flow]]) for d in DAMAGES} for flow in METHODS}
    alone = {damage: row(results[setting]) for damage, setting in single.items()}
    cost = {flow: number(flow_cost_ms(flow, clips[:TIMED])) for flow in ESTIMATORS}
    return {**what(bench, clips), "rows": {**rows, SINGLE: alone}, "ms": {**cost, FlowMethod.NONE: 0.0}}


def draw(figures: Figures, path: Path) -> None:
    """Accuracy of the wrists against cost."""
    panels = [
        Panel(
            f"{NAMES[damage]}: wrists",
            "flow both ways, ms a frame",
            "accuracy, %",
            {
                name: ([figures["ms"].get(name, 0.0)], [each[damage]["wrists"]])
                for name, each in figures["rows"].items()
            },
            powers=True,
        )
        for damage in DAMAGES
    ]
    draw_lines(panels, path)


def write(figures: Figures) -> str:
    """The text and the table."""
    header = [
        "flow",
        "ms a frame",
        *(f"{NAMES[d]}: {c}" for d in DAMAGES for c in ("wrists", "mean", "jitter")),
    ]
    rows = [
        [
            name,
            figures["ms"].get(name),
            *(each[damage][column] for damage in DAMAGES for column in ("wrists", "mean", "jitter_px")),
        ]
        for name, each in figures["rows"].items()
    ]
    words = (
        "Parametric pooling, 15 neighbours on each side. The cost is CPU time of one thread for both "
        "directions at the service's flow size (160 pixels); `none` pools the neighbours where they are."
    )
    return "\n\n".join([intro(figures), words, table(header, rows)])


def claims(figures: Figures) -> Sequence[Claim]:
    """What warping along flow is worth, and whether the papers' method is worth its cost."""
    said = []
    for damage in DAMAGES:
        wrists = {name: each[damage]["wrists"] for name, each in figures["rows"].items()}
        dis, still, deep = wrists["dis"], wrists["none"], wrists["deepflow"]
        words = f"`{figures['model']}`, wrists, {NAMES[damage]}:"
        said += [
            Claim(
                "Neighbours help only when they are carried along flow (section 2.3).",
                f"{words} in place {still}, along DIS {dis}.",
                beats(dis, still),
            ),
            Claim(
                "The papers take DeepFlow (section 4.3); a dearer flow is a better one.",
                f"{words} DIS {dis} in {figures['ms']['dis']} ms, DeepFlow {deep} in "
                f"{figures['ms']['deepflow']} ms.",
                beats(deep, dis),
            ),
        ]
    return said


FLOWS = Section("Flow methods", measure, draw, write, claims, by_model=True)
