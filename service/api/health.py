"""`/livez` and `/readyz`, for those who watch over the service."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from service.api.documentation import problem_responses
from service.api.house import House, InHouse
from service.api.problems import Draining, NotReady, Starting
from service.api.schemas import LiveSchema, ReadySchema
from service.options import Options
from service.telemetry.build import build_info

router = APIRouter(tags=["health"])


@router.get("/livez", summary="Is the process alive?")
async def live() -> LiveSchema:
    """Answers as long as the event loop turns; restart the process when it does not."""
    return LiveSchema()


@router.get(
    "/readyz",
    summary="Does it work, and on what?",
    responses=problem_responses(NotReady, Starting, Draining),
)
async def ready(house: InHouse) -> ReadySchema:
    """Really runs network and flow, unless that was done within the last `FLOWPOSE_READY_INTERVAL_S`.

    Not ready as well while the server starts or is being stopped.
    """
    house.drain.check()
    await house.readiness.check()
    return await asyncio.to_thread(_described, house)  # the engine may be busy opening another network


def _described(house: House) -> ReadySchema:
    run = house.engine.describe(Options(model=house.settings.model))
    return ReadySchema(
        device=house.engine.device,
        model=run.model,
        sha256=run.sha256,
        flow_methods=house.engine.flow_methods,
        build=dict(build_info(house.settings.revision)),
    )
