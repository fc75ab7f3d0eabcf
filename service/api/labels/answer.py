"""One answer about a video and its labels, as pieces of a document."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from service.api.errors import unexpected
from service.api.labels.checks import Members
from service.api.labels.document import Document
from service.api.labels.writer import Writer
from service.api.problem_details import ProblemDetails
from service.errors import Problem
from service.media.frame import VideoInfo
from service.media.limits import MediaLimits
from service.media.reader import HERE, Reader
from service.options import FlowMethod
from service.propagation import CarriedFrame, Method, labels_of_video, propagator_of
from service.propagation.run import out_of_range
from service.warping.warping import Warping

SCHEMA = "flowpose.v1"


def made_by(method: Method, flow: FlowMethod, warping: Warping | None) -> Members:
    """What an answer says of its making, see :class:`~service.api.labels.schema.PropagationSchema`."""
    by = {"model": warping.card.name} if warping is not None else {"flow": flow.value}
    return {"schema": SCHEMA, "method": method.value, **by}


class Answer:
    """Carries the labels of one open video and writes what comes of it.

    Parameters
    ----------
    document
        The labels.
    method, flow
        How.
    folder
        For temporary files; the system's if None.
    warping
        For the method ``posewarper``.

    Raises
    ------
    MethodUnavailable
        See :func:`service.propagation.propagator_of`.
    LabelsUnsuitable
        The method does not carry such labels.

    Attributes
    ----------
    failure
        What ended the document early; None so far.
    """

    def __init__(
        self,
        document: Document,
        method: Method,
        flow: FlowMethod,
        folder: Path | None = None,
        warping: Warping | None = None,
    ) -> None:
        self._document = document
        self._made_by = made_by(method, flow, warping)
        self._propagator = propagator_of(method, flow, folder, warping)
        self._propagator.check(document.labels)
        self.failure: Exception | None = None

    def pieces(
        self,
        path: Path,
        limits: MediaLimits,
        instance: str,
        cancelled: threading.Event | None = None,
        step: Callable[[CarriedFrame], None] = lambda _: None,
        reader: Reader = HERE,
    ) -> Iterator[bytes]:
        """Write the whole document; memory does not grow with the video.

        Parameters
        ----------
        path, limits
            The video, and what it may cost.
        instance
            What the document is about if it ends in an error: the request's path or the video's name.
        cancelled
            When set, the work stops at the next frame.
        step
            Told each frame.
        reader
            Decodes the video.

        Raises
        ------
        OtherVideo, FrameOutOfRange
            Before the first piece, if the labels cannot be this video's.
        Problem
            Before the first piece, if the video cannot be opened. Once the document has begun, errors become
            its last piece.
        """
        with reader.open_video(path, limits) as video:
            self._document.check_video(video.info)
            self._check_range(path, limits, video.info, reader)
            writer = Writer(self._document, video.info, self._made_by)
            answers = labels_of_video(video, self._document.labels, self._propagator, cancelled)
            with closing(answers):
                yield from self._written(writer, answers, instance, step)

    def _written(
        self,
        writer: Writer,
        answers: Iterator[CarriedFrame],
        instance: str,
        step: Callable[[CarriedFrame], None],
    ) -> Iterator[bytes]:
        yield writer.header()
        try:
            for answer in answers:
                step(answer)
                yield writer.frame(answer)
        except Exception as error:
            self.failure = error
            problem = error if isinstance(error, Problem) else unexpected(error)
            yield writer.error(ProblemDetails.from_problem(problem, instance))
            return
        yield writer.end()

    def _check_range(self, path: Path, limits: MediaLimits, info: VideoInfo, reader: Reader) -> None:
        """Refuse labels beyond the end before any work; a header that claims too little is not believed."""
        last = self._document.labels.frames[-1]
        if info.frames_estimated is not None and last < info.frames_estimated:
            return
        most = reader.frames_at_most(path, limits)
        if most is not None and last >= most:
            raise out_of_range(last, most)
