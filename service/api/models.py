"""`GET /v1/models`: the networks that this service knows."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from service.api.access import GUARDED
from service.api.house import InHouse
from service.api.schemas import CatalogueSchema, ModelInfoSchema

router = APIRouter(tags=["models"], **GUARDED)


@router.get("/v1/models", summary="List the networks")
async def list_models(house: InHouse) -> CatalogueSchema:
    """All networks of the catalogue; those not `present` can be got with `flowpose models pull NAME`."""
    default = house.settings.model
    infos = await asyncio.to_thread(house.engine.models)  # reads files, to know their SHA-256
    return CatalogueSchema(models=[ModelInfoSchema.from_info(info, default) for info in infos])
