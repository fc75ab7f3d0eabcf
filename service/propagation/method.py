"""The ways of propagating labels, chosen by name here."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from service.flow import ESTIMATORS
from service.flow.motion import Motion
from service.options import FlowMethod
from service.propagation.blend import blend, nearest
from service.propagation.errors import MethodUnavailable
from service.propagation.propagator import Propagator
from service.propagation.still import Still
from service.propagation.walk import Walk


class Method(StrEnum):
    """How labels get from one frame to another."""

    FLOW = "flow"  # points along chained optical flow; with flow=none the nearest label is copied
    POSEWARPER = "posewarper"  # learnt warping (Bertasius et al., NeurIPS 2019)


def propagator_of(method: Method, flow: FlowMethod, folder: Path | None = None) -> Propagator:
    """Make what carries the labels of one video.

    Parameters
    ----------
    method, flow
        The user's choice.
    folder
        For temporary files; the system's if None.

    Raises
    ------
    MethodUnavailable
        There is no network for it on this machine.
    """
    if method is Method.POSEWARPER:
        raise MethodUnavailable("There is no PoseWarper network here; use method=flow.")
    if flow is FlowMethod.NONE:
        return Walk(Still(), nearest, folder)
    return Walk(Motion(ESTIMATORS[flow]()), blend, folder)
