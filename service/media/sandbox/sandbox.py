"""The sandbox: a reader of files that decodes each in a confined process of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from service.media.frame import Image
from service.media.limits import MediaLimits
from service.media.packets import Packets
from service.media.part import Part
from service.media.sandbox.errors import DecoderCrashed, DecoderMisbehaved
from service.media.sandbox.job import Job, Task
from service.media.sandbox.messages import Confined, Counted, Ended, Listed
from service.media.sandbox.nursery import DECODER, Nursery
from service.media.sandbox.video import SandboxedVideo
from service.media.sandbox.worker import Worker

IDLE_S = 30.0


class Sandbox:
    """Reads files as :class:`service.media.reader.Here` does, each in a process that can do nothing else.

    One sandbox serves a process, from any thread; a context manager. Every file has its own worker, so that
    none can touch another's, and a fault of the decoder is the fault of one file. Linux only.

    Parameters
    ----------
    idle_s
        A worker that gives nothing new for so long when it is waited for is killed.
    decoder
        What workers run.
    """

    def __init__(self, idle_s: float = IDLE_S, decoder: str = DECODER) -> None:
        self._nursery = Nursery(idle_s, decoder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def template_pid(self) -> int | None:
        """The process that workers are forked from; None before the first."""
        return self._nursery.pid

    def open_video(
        self, path: Path, limits: MediaLimits | None = None, part: Part | None = None
    ) -> SandboxedVideo:
        """Open a video as :func:`service.media.video.open_video` does, with the same frames and errors.

        Raises
        ------
        DecoderCrashed, DecoderStalled, DecoderMisbehaved
            Here or while iterating, beside the file's own problems.
        SandboxUnavailable
            No process could be started.
        """
        chosen = limits or MediaLimits()
        return SandboxedVideo(self._begun(Job(Task.VIDEO, chosen, part), path), chosen)

    def read_image(self, path: Path, limits: MediaLimits | None = None) -> Image:
        """Decode a file of one picture as :func:`service.media.image.read_image` does; raises as above."""
        chosen = limits or MediaLimits()
        with SandboxedVideo(self._begun(Job(Task.PICTURE, chosen), path), chosen) as picture:
            for frame in picture:
                return frame.image
        raise DecoderMisbehaved("It gave no picture.")

    def frames_at_most(self, path: Path, limits: MediaLimits) -> int | None:
        """Count coded pictures as :func:`service.media.length.frames_at_most` does; raises as above."""
        worker = self._begun(Job(Task.COUNT, limits), path)
        try:
            return worker.hear(Counted).frames
        finally:
            worker.close()

    def read_packets(self, path: Path, limits: MediaLimits) -> Iterator[Packets]:
        """List coded pictures as :func:`service.media.packets.read_packets` does; raises as above."""
        worker = self._begun(Job(Task.LIST, limits), path)
        try:
            while isinstance(told := worker.hear(Listed, Ended), Listed):
                yield Packets(told.pts, told.keys)
        finally:
            worker.close()

    def confinement(self) -> Confined:
        """How workers are confined here, found out by asking one.

        Raises
        ------
        SandboxUnavailable
            No process could be started.
        """
        worker = self._nursery.worker()
        try:
            worker.begin(Job(Task.PROBE, MediaLimits()))
            return worker.hear(Confined)
        finally:
            worker.close()

    def close(self) -> None:
        """End all processes."""
        self._nursery.close()

    def _begun(self, job: Job, path: Path) -> Worker:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            with suppress(DecoderCrashed):  # it ended while it waited: not of this file
                return _with_job(self._nursery.worker(), job, file)
            return _with_job(self._nursery.worker(), job, file)
        finally:
            os.close(file)


def _with_job(worker: Worker, job: Job, file: int) -> Worker:
    try:
        worker.begin(job, file)
    except BaseException:
        worker.close()
        raise
    return worker
