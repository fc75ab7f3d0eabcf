"""The wish to stop: from the clock, a count of steps or a signal; it waits for the end of a step."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType


@dataclass(slots=True)
class Stop:
    """When a training ends.

    Attributes
    ----------
    steps
        At this step; None for any.
    minutes
        After so long; None for any.
    """

    steps: int | None = None
    minutes: float | None = None
    _asked: bool = False
    _since: float = field(default_factory=time.monotonic)

    def wanted(self, step: int) -> bool:
        """Whether it is time after so many steps."""
        late = self.minutes is not None and time.monotonic() - self._since >= 60 * self.minutes
        return self._asked or late or (self.steps is not None and step >= self.steps)

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Inside, SIGTERM and SIGINT (Ctrl-C) ask to stop instead of ending the process."""
        signals = (signal.SIGTERM, signal.SIGINT)
        before = [signal.signal(number, self._ask) for number in signals]
        try:
            yield
        finally:
            for number, handler in zip(signals, before, strict=True):
                signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
