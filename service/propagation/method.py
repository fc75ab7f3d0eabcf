"""The ways of propagating labels, chosen by name here."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from service.flow import ESTIMATORS
from service.flow.motion import Motion
from service.networks.catalogue import WarperMissing
from service.options import FlowMethod
from service.propagation.blend import blend, nearest
from service.propagation.errors import MethodUnavailable
from service.propagation.propagator import Propagator
from service.propagation.still import Still
from service.propagation.walk import Walk
from service.propagation.warp_walk import WarpWalk
from service.warping.warping import Warping

if TYPE_CHECKING:
    from service.engine import Engine


class Method(StrEnum):
    """How labels get from one frame to another."""

    FLOW = "flow"  # points along chained optical flow; with flow=none the nearest label is copied
    POSEWARPER = "posewarper"  # learnt warping of people's joints (Bertasius et al., NeurIPS 2019)


def propagator_of(
    method: Method, flow: FlowMethod, folder: Path | None = None, warping: Warping | None = None
) -> Propagator:
    """Make what carries the labels of one video.

    Parameters
    ----------
    method, flow
        The user's choice.
    folder
        For temporary files; the system's if None.
    warping
        For ``posewarper``; see :func:`warping_for`.

    Raises
    ------
    MethodUnavailable
        It needs networks, and none are given; or the flow needs a card.
    """
    if method is Method.POSEWARPER:
        if warping is None:
            raise MethodUnavailable(f"{Method.POSEWARPER} goes with a network and a PoseWarper for it.")
        return WarpWalk(warping)
    if flow is FlowMethod.NONE:
        return Walk(Still(), nearest, folder)
    if flow not in ESTIMATORS:
        raise MethodUnavailable(f"Labels go along flow of the CPU: {', '.join(ESTIMATORS)}; not {flow}.")
    return Walk(Motion(ESTIMATORS[flow]()), blend, folder)


def warping_for(method: Method, model: str | None, engine: Engine, preferred: str) -> Warping | None:
    """The networks that a method needs; None for ``flow``, which needs none.

    Parameters
    ----------
    method, model
        The user's choice; no model for any that has a PoseWarper here.
    engine
        Opens them.
    preferred
        The model to take if it has a PoseWarper and none is asked for.

    Raises
    ------
    MethodUnavailable
        There is no PoseWarper for the model on this machine.
    Problem
        The networks cannot be opened.
    """
    if method is Method.FLOW:
        return None
    try:
        return engine.warping(model, preferred)
    except WarperMissing as missing:
        raise MethodUnavailable(f"{missing.detail} Use method=flow.") from missing
