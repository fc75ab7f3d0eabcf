"""Whether the service works, found out by letting it work."""

from __future__ import annotations

import asyncio
import logging
import time

from service.api.problems import NotReady
from service.engine import Engine
from service.errors import Problem
from service.options import Options

logger = logging.getLogger(__name__)


class Readiness:
    """Runs network and flow now and then, and remembers how it went.

    Parameters
    ----------
    engine
        The engine to try, which works at this moment.
    options
        What to try: the operator's default network, and flow.
    interval_s
        How long the outcome of a trial holds.
    """

    def __init__(self, engine: Engine, options: Options, interval_s: float) -> None:
        self._engine = engine
        self._options = options
        self._interval_s = interval_s
        self._lock = asyncio.Lock()  # many may ask, one trial answers them
        self._tried_s = time.monotonic()
        self._failure: str | None = None

    async def check(self) -> None:
        """Return when the service works.

        Raises
        ------
        NotReady
            The last trial failed; says how.
        """
        async with self._lock:
            if time.monotonic() - self._tried_s > self._interval_s:
                self._failure = await asyncio.to_thread(self._try)
                self._tried_s = time.monotonic()
        if self._failure is not None:
            raise NotReady(self._failure)

    def _try(self) -> str | None:
        try:
            self._engine.warm(self._options)
        except Problem as problem:
            return f"{problem.title}: {problem.detail}"
        except Exception:
            logger.exception("the trial run failed")
            return "The trial run of network and flow failed; the server's log says more."
        return None
