"""What keeps telemetry from working as the operator asked."""

from __future__ import annotations

from service.errors import Problem


class TracesUnavailable(Problem):
    """Traces are asked for (`FLOWPOSE_TRACES`), but the packages that send them are not installed."""

    name = "traces-unavailable"
    title = "Traces cannot be sent"
