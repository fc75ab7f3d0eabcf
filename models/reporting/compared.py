"""Learnt, adaptive and hand-made pooling weights side by side, on clips that nothing was learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.evaluation.metrics import total
from models.pooling.jobs import Compare, over_clips
from models.reporting.bench import Bench
from models.reporting.claim import Claim, beats
from models.reporting.markdown import table
from models.reporting.record import Figures
from models.reporting.video_rows import NAMES, intro, row, what
from service.networks.catalogue import find
from service.options import Options, Pooling
from service.temporal.grid import HALF_WINDOW
from service.temporal.weights import PoolingWeights, gaussian, weights_for

AIMS = (
    ("Aim of this project: learnt weights beat the Gaussian ones on wrists.", "learnt", "gaussian"),
    ("Aim of this project: adaptive pooling beats learnt weights alone on wrists.", "adaptive", "learnt"),
)
LOOKAHEADS = (0, HALF_WINDOW)  # frames: a live stream's first answer, and a file's


def measure(bench: Bench) -> Figures:
    """Every damage, look-ahead and kind of weights, the whole window."""
    clips = bench.clips()
    work = Compare(Options(model=bench.model), LOOKAHEADS, _candidates(bench.model))
    parts = list(over_clips(work, clips, bench.models_dir, bench.workers))
    rows: list[dict[str, Any]] = [
        {"damage": damage, "lookahead": lookahead, "weights": name}
        | row(total([part[damage, lookahead, name] for part in parts]))
        for damage, lookahead, name in parts[0]
    ]
    return {**what(bench, clips), "rows": rows}


def write(figures: Figures) -> str:
    """The text and the table."""
    header = ["video, look-ahead, weights", "mean, 0.2 of the box", "mean", "wrists", "jitter"]
    rows = [
        [
            f"{NAMES[each['damage']]}, {each['lookahead']}, {each['weights']}",
            *(each[column] for column in ("mean at 0.2", "mean", "wrists", "jitter_px")),
        ]
        for each in figures["rows"]
    ]
    return "\n\n".join([intro(figures), table(header, rows)])


def claims(figures: Figures) -> Sequence[Claim]:
    """The aims of the project, with the whole look-ahead."""
    whole = [each for each in figures["rows"] if each["lookahead"] == HALF_WINDOW]
    rows = {(each["damage"], each["weights"]): each for each in whole}
    damages = dict.fromkeys(each["damage"] for each in whole)
    return [
        _claim(figures["model"], words, NAMES[damage], (rows[damage, better], rows[damage, worse]))
        for words, better, worse in AIMS
        for damage in damages
    ]


def _claim(model: str, words: str, video: str, rows: tuple[dict[str, Any], dict[str, Any]]) -> Claim:
    """One aim on one kind of video, decided by the wrists."""
    better, worse = rows
    found = ", ".join(f"{column} {worse[column]} -> {better[column]}" for column in ("wrists", "mean"))
    return Claim(words, f"`{model}`, {video}: {found}.", beats(better["wrists"], worse["wrists"]))


def _candidates(model: str) -> dict[str, PoolingWeights]:
    skeleton = find(model).skeleton
    return {
        "gaussian": PoolingWeights(gaussian(len(skeleton.joints))),
        "learnt": weights_for(Pooling.PARAMETRIC, skeleton),
        "adaptive": weights_for(Pooling.ADAPTIVE, skeleton),
    }
