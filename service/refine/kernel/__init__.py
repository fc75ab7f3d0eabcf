"""The hot part of refinement: messages, the halved grid they live on, and the neighbours' maps.

All of it is compiled (numba) and runs without the interpreter lock.
"""

from __future__ import annotations

from service.refine.kernel.halved import HALF, halve, keep_near
from service.refine.kernel.messages import NOWHERE, Wiring, max_plus, pass_messages
from service.refine.kernel.warp import warp

__all__ = ["HALF", "NOWHERE", "Wiring", "halve", "keep_near", "max_plus", "pass_messages", "warp"]
