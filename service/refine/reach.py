"""How far in time an answer looks."""

from __future__ import annotations

from service.options import Options, Pooling, Refine
from service.temporal.grid import WARP_REACH

REACH = 1  # neighbour frames on each side that join the body's graph (models/cards/springs-blazepose33.md)


def slice_of(options: Options) -> int:
    """How many neighbours on each side join the graph."""
    return min(REACH, options.window) if options.refine is Refine.SPATIOTEMPORAL else 0


def flow_reach_of(options: Options) -> int:
    """How many neighbours on each side are met along flow."""
    without = options.pooling in (Pooling.NONE, Pooling.POSEWARPER)
    return slice_of(options) if without else options.window


def reach_of(options: Options) -> int:
    """How many neighbours on each side can change an answer, by pooling or by refinement."""
    warped = min(WARP_REACH, options.window) if options.pooling is Pooling.POSEWARPER else 0
    return max(flow_reach_of(options), warped)
