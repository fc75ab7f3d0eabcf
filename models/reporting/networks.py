"""Networks on held-out pictures, each in its own crop: the heart of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from models.evaluation.curves import RADII_PX, by_part, curves
from models.evaluation.plots import Panel, draw_lines
from models.evaluation.stills import Found, StillNetwork, together
from models.evaluation.subjects import Subject
from models.reporting.bench import Bench
from models.reporting.claim import Claim, beats
from models.reporting.markdown import table
from models.reporting.people import people_of
from models.reporting.record import Figures, number
from models.reporting.section import Section
from service.networks.catalogue import ModelMissing

OURS = "spatial-net-fusion"
CONV8 = "spatial-net"
COORDINATES = "coordinate-net"
FORMS = (f"{OURS}-fp16", f"{OURS}-int8")  # what other machines run it as
RIVALS = ("blazepose-full", "blazepose-heavy")
NETWORKS = (OURS, *FORMS, CONV8, COORDINATES, *RIVALS)

ALPHA = 0.2  # torsos
ALPHA_H = 0.5  # heads
PARTS = ("head", "wrist", "elbow", "shoulder", "mean")
ALL = "all"


def measure(bench: Bench) -> Figures:
    """Every network that is here on everybody."""
    people = people_of(bench)
    subjects = {kind: each.subjects for kind, each in people.items()}
    models = {name: _by_set(network, subjects) for name, network in present(bench).items()}
    sets = {kind: {"people": len(each.subjects), "left_out": each.left_out} for kind, each in people.items()}
    return {"sets": sets, "radii_px": list(RADII_PX), "models": models}


def present(bench: Bench) -> dict[str, StillNetwork]:
    """The networks whose files are here."""
    found: dict[str, StillNetwork] = {}
    for name in NETWORKS:
        with suppress(ModelMissing):
            found[name] = StillNetwork(name, bench.models_dir, bench.workers)
    return found


def draw(figures: Figures, path: Path) -> None:
    """Accuracy against the distance allowed, everybody together."""
    panels = [
        Panel(
            {"mean": "mean of 7 joints"}.get(part, f"{part}s"),
            "distance allowed, px of a 256 crop",
            "accuracy, %",
            {
                name: (figures["radii_px"], sets[ALL]["curves"][part])
                for name, sets in figures["models"].items()
            },
        )
        for part in ("wrist", "elbow", "mean")
    ]
    draw_lines(panels, path)


def write(figures: Figures) -> str:
    """The text and a table for each data set."""
    parts = [_intro(figures)]
    for kind in (ALL, *figures["sets"]):
        measured = {name: sets[kind] for name, sets in figures["models"].items()}
        parts += [f"**{_heading(figures, kind)}**", _table(measured)]
    return "\n\n".join(parts)


def claims(figures: Figures) -> Sequence[Claim]:
    """Heatmaps against coordinates, fusion against none, ours against BlazePose heavy."""
    models = figures["models"]
    pairs = [
        ("Heatmaps beat regressed coordinates (section 5.1, figure 7).", CONV8, COORDINATES, "wrist"),
        ("Heatmaps beat regressed coordinates (section 5.1, figure 7).", CONV8, COORDINATES, "mean"),
        ("Spatial fusion beats none (section 5.2).", OURS, CONV8, "wrist"),
        ("Spatial fusion beats none (section 5.2).", OURS, CONV8, "mean"),
        ("Aim of this project: ahead of BlazePose heavy.", OURS, RIVALS[1], "wrist"),
        ("Aim of this project: ahead of BlazePose heavy.", OURS, RIVALS[1], "elbow"),
    ]
    return [
        _claim(said, part, {name: models[name][ALL]["pck"][part] for name in (better, worse)})
        for said, better, worse, part in pairs
        if better in models and worse in models
    ]


def _claim(said: str, part: str, pck: Mapping[str, float]) -> Claim:
    (ours, ours_pck), (theirs, theirs_pck) = pck.items()
    found = f"{part.capitalize()}, all sets: {ours} {ours_pck}, {theirs} {theirs_pck}."
    return Claim(said, found, beats(ours_pck, theirs_pck))


def _by_set(network: StillNetwork, subjects: Mapping[str, tuple[Subject, ...]]) -> Figures:
    found = {kind: network.find(each) for kind, each in subjects.items()}
    return {kind: _figures(each) for kind, each in {ALL: together(list(found.values())), **found}.items()}


def _figures(found: Found) -> Figures:
    pck, pckh = by_part(found.pck(ALPHA)), by_part(found.pckh(ALPHA_H))
    return {
        "pck": {part: number(float(value)) for part, value in pck.items()},
        "pckh": {part: number(float(value)) for part, value in pckh.items()},
        "curves": curves(found),
    }


def _intro(figures: Figures) -> str:
    missing = [name for name in NETWORKS if name not in figures["models"]]
    words = (
        "One picture at a time, no pooling. Each network sees each person in the crop it was trained on, "
        "made from the labels (ours: the square round the seven joints; BlazePose: the whole body, as "
        "MediaPipe cuts it), and the service reads the peak. Only people whose shoulders, hips and one ankle "
        "are labelled, the same for all networks; `jhmdb` is every fifth frame of the clap, wave and pour "
        f"clips of tier A. PCK: percent of the labelled joints within {ALPHA:g} of the torso, from "
        f"mid-shoulder to mid-hip; PCKh: within {ALPHA_H:g} of the distance from head top to neck, mean of "
        "the joints, where that is labelled. None of these pictures was trained on by us; what BlazePose saw "
        "is not published. It has its own idea of some joints, of the head most of all, which is the nose "
        "in `street` and `coco` and the middle between head top and neck in `mpii`."
    )
    return f"{words} Not here when this was measured: {', '.join(missing)}." if missing else words


def _heading(figures: Figures, kind: str) -> str:
    if kind == ALL:
        return f"All, {sum(each['people'] for each in figures['sets'].values())} pictures of people"
    people, left_out = figures["sets"][kind]["people"], figures["sets"][kind]["left_out"]
    return f"{kind}, {people} pictures" + (f" ({left_out} left out)" if left_out else "")


def _table(measured: Mapping[str, Figures]) -> str:
    heads = any(each["pckh"]["mean"] is not None for each in measured.values())
    header = ["network", *PARTS, *(["PCKh"] if heads else [])]
    rows = [
        [name, *(each["pck"][part] for part in PARTS), *([each["pckh"]["mean"]] if heads else [])]
        for name, each in measured.items()
    ]
    return table(header, rows)


NETWORKS_SECTION = Section("Networks on held-out pictures", measure, draw, write, claims)
