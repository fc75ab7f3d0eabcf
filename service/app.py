"""The application: what it is made of, and its life from warm-up to closing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from service.api import health, images, models, page, poses, problem_types, propagate
from service.api.errors import add_error_handlers
from service.api.house import House
from service.api.places import Places
from service.api.readiness import Readiness
from service.api.stream import route as stream
from service.api.stream import schema as stream_schema
from service.api.stream.streams import Streams
from service.engine import Engine
from service.options import Options
from service.settings import Settings, read_settings

DESCRIPTION = """
Send a video, get every person's joints in every frame. Heatmaps of up to 15 frames before and 15 after
are carried along dense optical flow and pooled: a blurred or hidden joint is found from its neighbours.

Coordinates are pixels of the displayed image, origin top left. Times are presentation times in seconds.
Left and right are the person's own. A score is the height of the pooled heatmap's peak, in [0, 1]: not the
probability that the joint is visible. Errors are `application/problem+json` (RFC 9457).
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application; networks are loaded when it starts.

    Parameters
    ----------
    settings
        The environment's, if None.

    Raises
    ------
    SettingsInvalid
        The environment's settings cannot be used.
    """
    chosen = read_settings() if settings is None else settings
    app = FastAPIOffline(  # its /docs asks no outside host for scripts
        title="FlowPose",
        summary="Video in, body joints out.",
        description=DESCRIPTION,
        version=version("flowpose"),
        lifespan=_lifespan(chosen),
    )
    for part in (poses, images, propagate, stream, stream_schema, models, health, problem_types, page):
        app.include_router(part.router)
    add_error_handlers(app)
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        """From before the first request to after the last one."""
        # Nothing is served before this is done, so it may keep the event loop waiting.
        with Engine(settings.models_dir, settings.device, settings.threads, settings.cuda) as engine:
            options = Options(model=settings.model)
            engine.warm(options)  # or does not start, and says which network to pull
            readiness = Readiness(engine, options, settings.ready_interval_s)
            places = Places(settings.max_videos)
            streams = Streams(settings.max_streams, settings.max_streams_per_client)
            app.state.house = House(settings, engine, places, readiness, streams)
            yield

    return lifespan
