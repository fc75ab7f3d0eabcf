"""Results in another format than that in which they are kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator

import numpy as np

from service.api.answer import document
from service.api.formats import Choice, FileFormat, Format
from service.api.problem_details import ROOT, ProblemDetails
from service.api.problem_types import problem_types
from service.api.schemas import FrameSchema, HeaderSchema, PersonSchema
from service.jobs.job import Job
from service.temporal.pose import FramePoses, Pose


def converted(
    job: Job,
    blocks: Iterable[bytes],
    form: Format | FileFormat,
    choice: Choice,
    instance: str,
    cancelled: threading.Event,
) -> Iterator[bytes]:
    """Write the frames that are there as a document of a format.

    Parameters
    ----------
    job
        With a header.
    blocks
        Its lines, or some of them.
    form, choice
        A new writer, and what it writes.
    instance
        Path of the request.
    cancelled
        When set, nobody wants the document any more.

    Notes
    -----
    Lines hold hundredths of pixels, and so does what is made of them.
    """
    assert job.header is not None, "it was opened"
    header = HeaderSchema.model_validate_json(job.header)
    yield from document(header, _poses(job, blocks), form, instance, choice.skeleton, cancelled)


def _poses(job: Job, blocks: Iterable[bytes]) -> Iterator[FramePoses]:
    """The answers that were written down; at the end the problem that ended the job, if one did."""
    for block in blocks:
        for line in block.splitlines():
            yield _frame(FrameSchema.model_validate(json.loads(line)))
    if job.error is not None:
        details = ProblemDetails.model_validate_json(job.error)
        name = details.type.removeprefix(f"{ROOT}/")
        raise next(kind for kind in problem_types() if kind.name == name)(details.detail)


def _frame(frame: FrameSchema) -> FramePoses:
    return FramePoses(frame.index, frame.time_s, tuple(map(_pose, frame.people)), frame.pooled)


def _pose(person: PersonSchema) -> Pose:
    joints = np.array(person.joints, np.float32)
    return Pose(person.id, joints[:, :2], joints[:, 2], np.array(person.spread, np.float32))
