"""What can go wrong when many work on one video."""

from __future__ import annotations

from service.errors import Problem


class WorkersInvalid(Problem):
    """`--workers` or `FLOWPOSE_WORKERS` says nothing that is understood."""

    name = "workers-invalid"
    title = "The workers cannot be understood"
    status = 500


class WorkersUnreachable(Problem):
    """The cluster does not answer, has no free place for a worker, or Ray is not installed here."""

    name = "workers-unreachable"
    title = "The workers cannot be reached"
    status = 503


class WorkersDiffer(Problem):
    """Two workers would not give the same answer: other versions, another network, another device."""

    name = "workers-differ"
    title = "The workers are not alike"
    status = 503


class WorkersDied(Problem):
    """A part of the video ended every worker that tried it; all before it is answered."""

    name = "workers-died"
    title = "The workers break down on a part of the video"
    status = 500


class WorkersOutOfMemory(Problem):
    """A part of the video needs more memory than the workers have; all before it is answered."""

    name = "workers-out-of-memory"
    title = "The workers have too little memory"
    status = 507


class VideoOutOfReach(Problem):
    """A worker cannot read the video where it is said to be."""

    name = "video-out-of-reach"
    title = "The video cannot be read from there"
    status = 422
