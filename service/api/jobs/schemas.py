"""Jobs as they are written on the wire."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from service.api.problem_details import ProblemDetails
from service.jobs.job import Job, JobState

ROOT = "/v1/jobs"


class JobLinks(BaseModel):
    """Where to go on."""

    self: str
    results: str
    events: str
    upload: str | None = Field(
        default=None, description="Where the parts of the video go, as long as they do."
    )


class JobSchema(BaseModel):
    """One job."""

    id: str = Field(description="Its name.")
    state: JobState = Field(
        description="`uploading` (in parts), `queued`, `running`, then `succeeded` or `failed`; after a stop "
        "of the server `queued` again. `succeeded`: every frame that can be read is done."
    )
    frames: int = Field(description="Frames that are done, and safe.")
    frames_estimated: int | None = Field(description="What the file claims; null when it says nothing.")
    progress: float | None = Field(description="From 0 to 1; null when the file does not say how long it is.")
    eta_s: float | None = Field(description="Seconds of work left, at the speed so far.")
    worked_s: float = Field(description="Seconds spent on it.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    video_bytes: int = Field(description="Size of the video; while uploading, of what has come.")
    result_bytes: int = Field(description="Size of the results.")
    error: ProblemDetails | None = Field(
        description="Why it failed; of a job that succeeded, what of the video could not be read."
    )
    options: dict[str, Any] = Field(description="What is run, in full.")
    links: JobLinks

    @classmethod
    def from_job(cls, job: Job) -> JobSchema:
        """Show a job."""
        return cls(
            id=job.id,
            state=job.state,
            frames=job.frames,
            frames_estimated=job.frames_estimated,
            progress=None if job.progress is None else round(job.progress, 4),
            eta_s=None if job.eta_s is None else round(job.eta_s, 1),
            worked_s=round(job.worked_s, 3),
            created_at=datetime.fromtimestamp(job.created_s, UTC),
            started_at=_time(job.started_s),
            finished_at=_time(job.finished_s),
            video_bytes=job.video_bytes,
            result_bytes=job.result_bytes,
            error=None if job.error is None else ProblemDetails.model_validate_json(job.error),
            options={name: value for name, value in json.loads(job.options).items() if value is not None},
            links=links_of(job),
        )


class JobPageSchema(BaseModel):
    """Jobs, newest first."""

    jobs: list[JobSchema]
    next: int | None = Field(description="`after` of the next page; null when this is the last.")


def links_of(job: Job) -> JobLinks:
    """Where to go on from a job."""
    here = f"{ROOT}/{job.id}"
    parts = f"{here}/upload" if job.state is JobState.UPLOADING else None
    return JobLinks(self=here, results=f"{here}/results", events=f"{here}/events", upload=parts)


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
