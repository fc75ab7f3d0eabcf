"""How far in time an answer looks."""

from __future__ import annotations

from service.options import Options, Pooling, Refine

REACH = 1  # neighbour frames on each side that join the body's graph (models/cards/springs-blazepose33.md)


def slice_of(options: Options) -> int:
    """How many neighbours on each side join the graph."""
    return min(REACH, options.window) if options.refine is Refine.SPATIOTEMPORAL else 0


def reach_of(options: Options) -> int:
    """How many neighbours on each side can change an answer, by pooling or by refinement."""
    return slice_of(options) if options.pooling is Pooling.NONE else options.window
