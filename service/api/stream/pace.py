"""How many pictures a second are let through."""

from __future__ import annotations

BURST = 3  # pictures that may come at once: networks deliver in lumps what cameras took evenly
SLACK_S = 1e-3  # clocks of cameras and computers differ


class Pace:
    """A leaky bucket (generic cell rate algorithm, ITU-T I.371) over the times of receipt.

    Parameters
    ----------
    per_second
        The mean rate that is let through in the long run.
    """

    def __init__(self, per_second: float) -> None:
        self._interval_s = 1 / per_second
        self._due_s = float("-inf")

    def admits(self, now_s: float) -> bool:
        """Tell whether what comes now is let through; what is not counts for nothing."""
        if now_s < self._due_s - (BURST - 1) * self._interval_s - SLACK_S:
            return False
        self._due_s = max(self._due_s, now_s) + self._interval_s
        return True
