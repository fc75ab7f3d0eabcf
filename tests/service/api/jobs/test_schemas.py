from __future__ import annotations

from dataclasses import replace

from service.api.jobs.schemas import JobSchema
from service.jobs.job import Job, JobState

JOB = Job(
    id="abc",
    number=1,
    state=JobState.RUNNING,
    options='{"model":"blazepose-full","window":3,"box":null}',
    limits="{}",
    holder="somebody",
    key="secret",
    version=7,
    created_s=0.0,
    updated_s=5.0,
    started_s=1.0,
    finished_s=None,
    video_bytes=1000,
    result_bytes=10,
    header=None,
    frames=50,
    frames_estimated=200,
    worked_s=10.0,
    checkpoint="{}",
    last_line=None,
    error=None,
    owner="a process",
    lease_until_s=9.0,
    crashes=0,
)


def test_progress_and_time_left_are_those_of_the_speed_so_far() -> None:
    shown = JobSchema.from_job(JOB)
    assert (shown.progress, shown.eta_s) == (0.25, 30.0)
    assert shown.created_at.isoformat() == "1970-01-01T00:00:00+00:00"
    assert shown.options == {"model": "blazepose-full", "window": 3}


def test_what_cannot_be_told_is_null() -> None:
    for job in (replace(JOB, frames_estimated=None), replace(JOB, frames=0)):
        assert JobSchema.from_job(job).eta_s is None
    assert JobSchema.from_job(replace(JOB, frames_estimated=None)).progress is None
    assert JobSchema.from_job(replace(JOB, frames=300)).progress == 1.0
    ended = replace(JOB, state=JobState.SUCCEEDED, frames_estimated=None)
    assert (JobSchema.from_job(ended).progress, JobSchema.from_job(ended).eta_s) == (1.0, None)


def test_nothing_of_the_inside_is_shown() -> None:
    shown = JobSchema.from_job(JOB).model_dump_json()
    for inside in ("secret", "a process", "somebody", "checkpoint", "lease"):
        assert inside not in shown


def test_only_an_upload_has_a_place_for_parts() -> None:
    assert JobSchema.from_job(JOB).links.upload is None
    uploading = JobSchema.from_job(replace(JOB, state=JobState.UPLOADING))
    assert uploading.links.upload == "/v1/jobs/abc/upload"
