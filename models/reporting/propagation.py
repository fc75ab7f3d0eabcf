"""Labels carried to the frames between: flow, learnt warping, and a network's own answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.evaluation.carried_score import CarriedScore
from models.evaluation.joint_map import MEASURED, WRISTS
from models.evaluation.plots import Panel, draw_lines
from models.evaluation.propagated import Trial
from models.evaluation.propagated import measure as carry
from models.evaluation.report import mean_pck
from models.reporting.bench import Bench
from models.reporting.claim import Claim, beats
from models.reporting.markdown import table
from models.reporting.record import Figures, number
from models.reporting.section import Section
from models.reporting.video_rows import what
from service.errors import Problem
from service.networks.catalogue import find, warper_file

DISTANCES = (3, 7, 15)  # frames; the paper labels every 7th
ALPHA = 0.1  # of the longer side of the person's box
FLOWS = ("farneback", "dis", "deepflow")
WAYS = ("copy", "straight line", *FLOWS)
WARPED, CYCLE, SINGLE = "posewarper", "posewarper, cycle consistency", "single frame"
CYCLE_SUFFIX = "-cycle"  # of the file that was trained with cycle consistency, which lies beside the other


def measure(bench: Bench) -> Figures:
    """Every way from labels of every distance, on clips that no warper was taught on."""
    clips = bench.clips()
    trials = [trial for distance in DISTANCES for trial in _trials(bench, distance)]
    results = carry(trials, clips, bench.workers)
    rows: dict[str, dict[str, Any]] = {}
    for trial, score in results.items():
        rows.setdefault(trial.way, {})[str(trial.every)] = _row(score)
    return {**what(bench, clips), "rows": rows}


def draw(figures: Figures, path: Path) -> None:
    """Accuracy of each way over the distance of labels."""
    panels = [
        Panel(
            title,
            "labelled: every n-th frame",
            "accuracy, %",
            {way: (list(DISTANCES), [row[str(d)][of] for d in DISTANCES]) for way, row in _rows(figures)},
        )
        for title, of in (("mean of 13 joints", "mean"), ("wrists", "wrists"))
    ]
    draw_lines(panels, path)


def write(figures: Figures) -> str:
    """The text, a table of the ways, and one of the joints at the paper's distance."""
    words = (
        f"Frames without a label of {figures['clips']} held-out clips of JHMDB tier A ({figures['frames']} "
        f"frames in all); frame 0 and every n-th one are labelled. Percent of the joints within {ALPHA:g} of "
        "the longer side of the person's box, and average precision (AP) at the same radius, which also "
        f"asks whether the surest are the right ones. `{SINGLE}`: `{figures['model']}` as served, no label "
        "used, no neighbours. `straight line`: from label to label at constant speed."
    )
    header = [
        "labels carried by",
        *(f"every {distance}: {column}" for distance in DISTANCES for column in ("mean", "wrists", "AP")),
    ]
    rows = [
        [way, *(row[str(d)][column] for d in DISTANCES for column in ("mean", "wrists", "mean AP"))]
        for way, row in _rows(figures)
    ]
    joints = [[name, *_joint_cells(figures, name)] for name in MEASURED]
    joint_header = ["every 7th, joint", *(f"{way}: {c}" for way, _ in _rows(figures) for c in ("PCK", "AP"))]
    return "\n\n".join([words, table(header, rows), table(joint_header, joints)])


def claims(figures: Figures) -> Sequence[Claim]:
    """Whether learnt warping carries labels better than optical flow does."""
    rows = dict(_rows(figures))
    if WARPED not in rows:
        return []
    return [claim for distance in DISTANCES for claim in _claims_at(rows, str(distance))]


def _claims_at(rows: Mapping[str, Any], distance: str) -> list[Claim]:
    mean = {way: float(row[distance]["mean"]) for way, row in rows.items()}
    best = max(FLOWS, key=lambda flow: mean[flow])
    said = "PoseWarper carries labels better than optical flow (Bertasius et al., table 1)."
    found = f"every {distance} frames: {best} {mean[best]:.1f}, {WARPED} {mean[WARPED]:.1f}."
    claims = [Claim(said, found, beats(mean[WARPED], mean[best]))]
    if CYCLE in mean:
        said = "Cycle consistency helps a little (Bertasius et al., table 1)."
        found = f"every {distance}: {mean[WARPED]:.1f} -> {mean[CYCLE]:.1f}."
        claims.append(Claim(said, found, beats(mean[CYCLE], mean[WARPED])))
    return claims


def _trials(bench: Bench, distance: int) -> list[Trial]:
    trials = [Trial(way, distance) for way in WAYS]
    trials.append(Trial(SINGLE, distance, network=bench.model))
    return trials + [Trial(way, distance, file) for way, file in _warpers(bench).items()]


def _warpers(bench: Bench) -> dict[str, Path]:
    """The files that are here; without any the rows of PoseWarper are left out."""
    try:
        file = warper_file(find(bench.model), bench.models_dir)
    except Problem:
        return {}
    cycle = file.with_name(f"{file.stem}{CYCLE_SUFFIX}.onnx")
    return {WARPED: file} | ({CYCLE: cycle} if cycle.is_file() else {})


def _row(score: CarriedScore) -> dict[str, Any]:
    precision = score.average_precision(ALPHA)
    return {
        "mean": number(mean_pck(score.tally, ALPHA)),
        "wrists": number(mean_pck(score.tally, ALPHA, WRISTS)),
        "mean AP": number(float(np.nanmean(precision))),
        "pck": dict(zip(MEASURED, map(number, score.tally.pck(ALPHA)), strict=True)),
        "ap": dict(zip(MEASURED, map(number, precision), strict=True)),
    }


def _rows(figures: Figures) -> list[tuple[str, Any]]:
    return list(figures["rows"].items())


def _joint_cells(figures: Figures, joint: str) -> list[float | None]:
    return [row["7"][of][joint] for _, row in _rows(figures) for of in ("pck", "ap")]


PROPAGATION = Section("Labels carried to other frames", measure, draw, write, claims, by_model=True)
