"""What differs between an application that is a process of its own and one that an engine runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from fastapi import FastAPI

from service.stopping import StopSignals


def stop_signals(app: FastAPI) -> AbstractContextManager[object]:
    """Drain the application when the process is told to stop."""
    return StopSignals(app.state.drain)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How an application is told of its end, and what it may keep.

    Attributes
    ----------
    beside
        Lives beside the application: entered in the event loop when all is there, left before it goes. It is
        to run the application's drain (``app.state.drain``) when the end begins.
    keeps_jobs
        Whether there are jobs. Without, `/v1/jobs` answers that they are not shared.
    """

    beside: Callable[[FastAPI], AbstractContextManager[object]] = stop_signals
    keeps_jobs: bool = True


ALONE = Surroundings()
