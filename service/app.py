"""The application: what it is made of, and its life from warm-up to closing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, nullcontext
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from service.api import health, images, metrics, models, page, poses, problem_types, propagate
from service.api.access import guard
from service.api.drain import CUT_AT, Drain
from service.api.errors import add_error_handlers
from service.api.gate import Gate
from service.api.house import House
from service.api.jobs import router as jobs_router
from service.api.places import Places
from service.api.readiness import Readiness
from service.api.stream import route as stream
from service.api.stream import schema as stream_schema
from service.api.stream.streams import Streams
from service.api.visits import Visits
from service.engine import Engine
from service.free_memory import giving_back
from service.jobs.jobs import Jobs
from service.jobs.opening import open_jobs
from service.media.sandbox.chosen import chosen_reader
from service.options import Options
from service.settings import Settings, read_settings
from service.surroundings import ALONE, Surroundings
from service.telemetry.build import build_info
from service.telemetry.gauges import Gauges
from service.telemetry.gpu import GpuMemory
from service.telemetry.telemetry import Telemetry
from service.telemetry.traces import open_traces

GOODBYE_S = 1.0  # for streams to be told, which would go on for hours

DESCRIPTION = """
Send a video, get every person's joints in every frame. Heatmaps of up to 15 frames before and 15 after
are carried along dense optical flow and pooled: a blurred or hidden joint is found from its neighbours.

Coordinates are pixels of the displayed image, origin top left. Times are presentation times in seconds.
Left and right are the person's own. A score is the height of the pooled heatmap's peak, in [0, 1]: not the
probability that the joint is visible. Errors are `application/problem+json` (RFC 9457).
"""


def create_app(
    settings: Settings | None = None,
    telemetry: Telemetry | None = None,
    surroundings: Surroundings = ALONE,
) -> FastAPI:
    """Make the application; networks are loaded when it starts.

    Parameters
    ----------
    settings
        The environment's, if None.
    telemetry
        Counts and traces; as the settings say, if None.
    surroundings
        Who tells it that the end has come, and whether it keeps jobs.

    Raises
    ------
    SettingsInvalid
        The environment's settings cannot be used.
    KeysUnusable
        The operator's file of keys cannot be.
    TracesUnavailable
        The settings ask for traces, and the packages that send them are not here.
    """
    chosen = read_settings() if settings is None else settings
    app = FastAPIOffline(  # its /docs asks no outside host for scripts
        title="FlowPose",
        summary="Video in, body joints out.",
        description=DESCRIPTION,
        version=version("flowpose"),
        lifespan=_lifespan(chosen, surroundings),
    )
    app.state.drain = Drain(chosen.grace_s)
    app.state.telemetry = telemetry or Telemetry(open_traces(chosen.traces))
    work = (poses, images, propagate, stream, stream_schema)
    for part in (*work, models, health, metrics, problem_types, page):
        app.include_router(part.router)
    app.include_router(jobs_router)
    add_error_handlers(app)
    app.add_middleware(Gate, drain=app.state.drain)
    guard(app, chosen)
    app.add_middleware(Visits, telemetry=app.state.telemetry)  # around everything else
    return app


def _lifespan(
    settings: Settings, surroundings: Surroundings
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        """From before the first request to after the last one."""
        # Nothing is served before this is done, so it may keep the event loop waiting.
        with (
            giving_back(),
            Engine(settings.models_dir, settings.device, settings.threads, settings.cuda) as engine,
            chosen_reader(settings.sandbox, settings.decode_idle_s) as reader,
        ):
            options = Options(model=settings.model)
            engine.warm(options)  # or does not start, and says which network to pull
            readiness = Readiness(engine, options, settings.ready_interval_s)
            places = Places(settings.max_videos)
            streams = Streams(settings.max_streams)
            drain, telemetry = app.state.drain, app.state.telemetry
            house = House(settings, engine, places, readiness, streams, drain, telemetry, reader)
            drain.also(partial(streams.send_away, GOODBYE_S))
            app.state.house = house
            with (
                _kept_jobs(house) if settings.jobs and surroundings.keeps_jobs else nullcontext() as jobs,
                _seen(house, options, jobs),
                surroundings.beside(app),
            ):
                app.state.jobs, app.state.receiving = jobs, Places(settings.max_videos)
                if jobs is not None:
                    drain.also(partial(asyncio.to_thread, jobs.park, CUT_AT * settings.grace_s))
                yield

    return lifespan


def _kept_jobs(house: House) -> Jobs:
    return open_jobs(house.settings, house.engine, house.reader, house.telemetry)


def _seen(house: House, options: Options, jobs: Jobs | None) -> AbstractContextManager[None]:
    """What `/metrics` says of the house while it stands."""
    run = house.engine.describe(options)
    here = {"model": run.model, "sha256": run.sha256, "device": run.device, "flow": run.flow}
    gauges = Gauges(
        streams=lambda: house.streams.open,
        videos=lambda: house.places.taken,
        waiting=lambda: house.engine.waiting,
        gpu=GpuMemory(run.device),
        jobs=lambda: {} if jobs is None else jobs.by_state,
    )
    return house.telemetry.open(gauges, build_info(house.settings.revision), here)
