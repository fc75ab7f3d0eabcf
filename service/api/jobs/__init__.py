"""`/v1/jobs`: videos that are worked on whether or not anybody waits."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.access import GUARDED
from service.api.documentation import problem_responses
from service.api.jobs import events, jobs, results, submit, upload
from service.jobs.errors import JobsNotShared

router = APIRouter(tags=["jobs"], **GUARDED)
for part in (submit, jobs, upload, events, results):
    router.include_router(part.router, prefix="/v1/jobs", responses=problem_responses(JobsNotShared))

__all__ = ["router"]
