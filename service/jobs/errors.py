"""What can go wrong with a job."""

from __future__ import annotations

from service.errors import Problem


class JobUnknown(Problem):
    """There is no job of this name, or no more: deleted, or its time was up (`FLOWPOSE_JOBS_KEEP_S`)."""

    name = "job-unknown"
    title = "There is no such job"
    status = 404


class NothingYet(Problem):
    """The job has not begun, so there is nothing to make a document of; `format=ndjson` waits for it."""

    name = "nothing-yet"
    title = "The job has no results yet"
    status = 409


class KeyTaken(Problem):
    """The `Idempotency-Key` belongs to a job with other options."""

    name = "idempotency-key-taken"
    title = "This key was used for something else"
    status = 409


class JobsFull(Problem):
    """Videos and results of all jobs take as much room as the operator allows (`FLOWPOSE_JOBS_MAX_BYTES`)."""

    name = "jobs-full"
    title = "The room for jobs is used up"
    status = 507


class QueueFull(Problem):
    """As many jobs as the operator allows wait for their turn (`FLOWPOSE_JOBS_MAX_QUEUED`)."""

    name = "queue-full"
    title = "Too many jobs are waiting"
    status = 503


class OffsetMismatch(Problem):
    """A part of an upload does not begin where the last one ended; `HEAD` tells where that is."""

    name = "mismatching-upload-offset"
    title = "The part does not follow what is there"
    status = 409


class UploadOver(Problem):
    """The upload was completed before; nothing can be added to it."""

    name = "completed-upload"
    title = "The upload is complete already"
    status = 409


class UploadBusy(Problem):
    """Another request is sending a part of this upload."""

    name = "upload-busy"
    title = "Another part is being sent"
    status = 409


class JobTooLong(Problem):
    """The job was worked on for as long as is allowed (`FLOWPOSE_JOBS_MAX_S`); what is done stays."""

    name = "job-too-long"
    title = "The job takes too long"
    status = 504


class JobCrashes(Problem):
    """The process died again and again while it worked on this job, without getting on."""

    name = "job-crashes"
    title = "The job cannot be worked on"
    status = 500


class ResultsDiskFull(Problem):
    """There was no room left for the results; those that were written stay."""

    name = "results-disk-full"
    title = "The server has no room for the results"
    status = 507


class JobsNotShared(Problem):
    """The service runs in several replicas, which share no store of jobs; requests with a video work."""

    name = "jobs-not-shared"
    title = "There are no jobs here"
    status = 501


class StoreUnusable(Problem):
    """The store of jobs cannot be opened: `FLOWPOSE_STORE` or `FLOWPOSE_JOBS_DIR`."""

    name = "store-unusable"
    title = "The store of jobs cannot be used"
    status = 503
