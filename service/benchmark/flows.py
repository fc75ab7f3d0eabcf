"""Flow alone, method by method: how fast, how right, and how near to what the CPU says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import cv2

from service.benchmark.motion import apart_px, pictures, true_motion
from service.benchmark.plan import Plan
from service.benchmark.section import Cell, Section
from service.benchmark.timing import median, seconds_each
from service.flow.cpu import ESTIMATORS
from service.flow.cuda import ALGORITHMS
from service.flow.estimator import Grey
from service.flow.methods import FlowMethods
from service.flow.view import FLOW_SIZE
from service.options import FlowMethod

COLUMNS = ("method", "side px", "ms, both ways", "pairs/s", "error px", "off the CPU's px", "the CPU's")
LIKE: Mapping[FlowMethod, FlowMethod] = MappingProxyType(
    {
        FlowMethod.CUDA_FARNEBACK: FlowMethod.FARNEBACK,
        FlowMethod.CUDA_BROX: FlowMethod.DEEPFLOW,
        FlowMethod.CUDA_TVL1: FlowMethod.TVL1,
        FlowMethod.CUDA_NVOF: FlowMethod.DIS,
    }
)
"""What a method of the card is compared with: the same, or the nearest that OpenCV has for the CPU."""


def flows_alone(plan: Plan, methods: FlowMethods, size: int = FLOW_SIZE) -> Section:
    """Every method that can run here, on square pictures that move in a known way.

    Parameters
    ----------
    plan
        How long.
    methods
        Those of this machine; what cannot run is noted with the reason.
    size
        Side of the pictures, pixels.
    """
    one, two = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in pictures(size, 2))
    rows: list[tuple[Cell, ...]] = []
    notes = [
        "`error` is the median distance from the known motion; times are those of forward and backward flow."
    ]
    for method in (*ESTIMATORS, *ALGORITHMS):
        reason = methods.why_not(method)
        if reason is None:
            rows.append(_row(method, methods, one, two, plan.seconds))
        else:
            notes.append(f"{method}: {reason}.")
    return Section("flow", "Flow alone", COLUMNS, tuple(rows), tuple(notes))


def _row(method: FlowMethod, methods: FlowMethods, one: Grey, two: Grey, least_s: float) -> tuple[Cell, ...]:
    estimate, size = methods.make(method), len(one)
    forward = estimate(one, two)
    like = LIKE.get(method)
    off = None if like is None else apart_px(forward, ESTIMATORS[like]()(one, two))
    took = median(seconds_each(lambda: (estimate(one, two), estimate(two, one)), least_s))
    return method.value, size, 1e3 * took, 1 / took, apart_px(forward, true_motion(size)), off, like
