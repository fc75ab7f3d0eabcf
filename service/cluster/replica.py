"""One replica: the whole application in a process of Ray's, and what Serve asks of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING, cast

from fastapi import FastAPI
from starlette.types import ASGIApp

from service.api.house import House
from service.app import create_app
from service.cluster.connection import load_serve
from service.cluster.front import Front
from service.cluster.leaving import draining_when_stopped
from service.cluster.metrics import handed_to_ray
from service.cluster.scaling import STREAMS, VIDEOS, WAITING
from service.settings import Settings
from service.surroundings import Surroundings
from service.telemetry.logs import set_up_logging

if TYPE_CHECKING:
    from service.cluster.options import ClusterOptions


class Replica:
    """What `ray.serve.ingress` makes a deployment of; all methods run in one event loop.

    Nothing of routes or pipeline is different here: the application is told of its end by Serve instead of
    by signals, and keeps jobs only where all replicas share them.

    Parameters
    ----------
    options
        The operator's, as given to the cluster; settings that they leave open are those of this node.
    """

    def __init__(self, options: ClusterOptions) -> None:
        settings = options.settings_here()
        set_up_logging(settings.log, settings.log_level)
        around = Surroundings(_beside, keeps_jobs=shares_jobs(settings))
        self._served = create_app(settings, surroundings=around)
        self._life = AsyncExitStack()

    async def __serve_build_asgi_app__(self) -> ASGIApp:
        """Open and try the networks, before Serve sends a request; fails with the application's own words."""
        await self._life.enter_async_context(self._served.router.lifespan_context(self._served))
        name = load_serve().get_replica_context().replica_tag
        return Front(self._served, name, self._life.aclose)

    async def check_health(self) -> None:
        """Do what `/readyz` does; Serve replaces a replica that fails at it three times.

        Raises
        ------
        Draining, NotReady
        """
        self._house.drain.check()
        await self._house.readiness.check()

    async def record_autoscaling_stats(self) -> dict[str, float]:
        """Load by kind, for :mod:`service.cluster.scaling`."""
        house = self._house
        return {
            STREAMS: float(house.streams.open),
            VIDEOS: float(house.places.taken),
            WAITING: float(house.engine.waiting),
        }

    @property
    def _house(self) -> House:
        return cast(House, self._served.state.house)


def shares_jobs(settings: Settings) -> bool:
    """Whether the operator says where jobs are that any replica may be asked for."""
    return bool(settings.store and settings.jobs_dir)


@contextmanager
def _beside(app: FastAPI) -> Iterator[None]:
    with handed_to_ray(app.state.telemetry.metrics.registry), draining_when_stopped(app.state.drain):
        yield
