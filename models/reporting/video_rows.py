"""Figures of the served pipeline on clips."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from models.datasets.jhmdb import Clip
from models.evaluation.joint_map import ANSWERS, MEASURED, WRISTS
from models.evaluation.metrics import Tally
from models.evaluation.report import mean_pck
from models.reporting.bench import Bench
from models.reporting.record import number
from service.networks.catalogue import find

ALPHA = 0.1  # of the longer side of the person's box

NAMES: Mapping[str, str] = MappingProxyType({"none": "clean", "blur": "blurred", "occluder": "occluded"})
"""Damage -> how the text calls a video with it."""


def row(tally: Tally) -> dict[str, Any]:
    """Percent within 0.1 of the box, mean and wrists, and mean within 0.2; jitter, pixels of the 256 crop."""
    return {
        "mean": number(mean_pck(tally, ALPHA)),
        "wrists": number(mean_pck(tally, ALPHA, WRISTS)),
        "mean at 0.2": number(mean_pck(tally, 2 * ALPHA)),
        "jitter_px": number(tally.jitter),
        "label_jitter_px": number(tally.label_jitter),
        "misses": tally.misses,
    }


def by_joint(tally: Tally) -> dict[str, float | None]:
    """Percent within 0.1 of the box for each measured joint."""
    return {name: number(mean_pck(tally, ALPHA, (name,))) for name in MEASURED}


def what(bench: Bench, clips: tuple[Clip, ...]) -> dict[str, Any]:
    """What was measured on."""
    return {"model": bench.model, "clips": len(clips), "frames": sum(len(clip.joints) for clip in clips)}


def intro(figures: dict[str, Any]) -> str:
    """A sentence that says what was measured on and by which measure."""
    joints = len(ANSWERS[find(figures["model"]).skeleton.name])
    return (
        f"`{figures['model']}` as served (detector, crops, flow, pooling), {figures['clips']} clips of JHMDB "
        f"tier A from which nothing was learnt, {figures['frames']} frames. Percent of the "
        f"labelled joints found within {ALPHA:g} of the longer side of the person's box, mean of {joints} "
        "joints; jitter is the median second difference in pixels of a 256 crop. Damage: a third of the "
        "frames motion-blurred, or with a flat square before a joint."
    )
