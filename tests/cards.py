"""Whether this machine has a card, for tests marked ``gpu``."""

from __future__ import annotations

from functools import cache

import cv2
import onnxruntime as ort

from service.commands.doctor import provider_state
from service.flow.cuda.card import why_no_card
from service.networks.device import CUDA_PROVIDER


@cache
def missing(what: str) -> str | None:
    """Why tests that need a card cannot run here; None when they can.

    Parameters
    ----------
    what
        ``network`` for onnxruntime on CUDA, ``flow`` for OpenCV on CUDA.
    """
    match what:
        case "flow":
            return why_no_card(cv2.cuda)
        case "network" if CUDA_PROVIDER not in ort.get_available_providers():
            return "this onnxruntime was built without CUDA"
        case "network":
            state = provider_state(CUDA_PROVIDER)
            return None if state == "works" else f"onnxruntime's CUDA {state}"
        case _:
            raise ValueError(f"gpu({what!r}): say network or flow")
