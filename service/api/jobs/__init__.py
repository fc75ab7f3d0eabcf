"""`/v1/jobs`: videos that are worked on whether or not anybody waits."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.access import GUARDED
from service.api.jobs import events, jobs, results, submit, upload

router = APIRouter(tags=["jobs"], **GUARDED)
for part in (submit, jobs, upload, events, results):
    router.include_router(part.router, prefix="/v1/jobs")

__all__ = ["router"]
