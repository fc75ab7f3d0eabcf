"""A whole video on many workers: where plan, crew and join meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from service.engine import RunInfo
from service.media.errors import VideoTooLong
from service.media.opened import Video
from service.media.reader import Reader
from service.split.address import WorkersAddress, read_address
from service.split.crew import Crew, Hire
from service.split.errors import WorkersInvalid
from service.split.join import Join
from service.split.processes import ProcessWorker
from service.split.segment import length_of, segments_of
from service.split.task import Order
from service.split.timetable import Timetable, timetable_of
from service.stream_memory import StreamMemory


def workers_of(text: str) -> WorkersAddress | None:
    """Understand `--workers` or `FLOWPOSE_WORKERS`; None where it is empty.

    Raises
    ------
    WorkersInvalid
        It is no address.
    """
    try:
        return read_address(text) if text else None
    except ValueError as error:
        raise WorkersInvalid(f"{error}.") from error


@dataclass(frozen=True, slots=True)
class Split:
    """A video in the hands of a crew.

    Attributes
    ----------
    crew
        Hired, and alike.
    order
        What it works on.
    path, reader
        The same video here, and who reads its packets.
    wanted
        See :attr:`service.split.address.WorkersAddress.segment`.
    """

    crew: Crew
    order: Order
    path: Path
    reader: Reader
    wanted: int | None = None

    @property
    def run(self) -> RunInfo:
        """What makes the answers."""
        return self.crew.identity.run

    def join(
        self,
        video: Video,
        start: StreamMemory | None = None,
        go_on: Callable[[], None] = lambda: None,
        note: Callable[[StreamMemory], None] = lambda _: None,
    ) -> Join:
        """All answers, in order; see :class:`service.split.join.Join`.

        Parameters
        ----------
        video
            The same one, open here: for what it says of itself.
        """
        timetable = self._timetable(video)
        frames = self._frames(video) if timetable is None else timetable.frames
        length = length_of(frames, self.order.options, self.crew.workers, self.wanted)
        after = None if start is None else start.frame
        segments = segments_of(None if length is None else frames, self.order.options, length or 1, after)
        return Join(self.crew, segments, timetable, start, go_on, note)

    def _timetable(self, video: Video) -> Timetable | None:
        """None as well for a video that is too long: where it is cut off is found by counting."""
        timetable = timetable_of(self.reader.read_packets(self.path, self.order.limits), video.time_base)
        if timetable is not None:
            try:
                self.order.limits.check_length(timetable.frames, timetable.seconds)
            except VideoTooLong:
                return None
        return timetable

    def _frames(self, video: Video) -> int | None:
        at_most = self.reader.frames_at_most(self.path, self.order.limits)
        return video.info.frames_estimated if at_most is None else at_most


@contextmanager
def split(address: WorkersAddress, order: Order, path: Path, reader: Reader) -> Iterator[Split]:
    """Hire workers for a video; they are gone when the block is left.

    Parameters
    ----------
    address
        Where workers are.
    order
        What they do.
    path, reader
        The same video here, and who reads it.

    Raises
    ------
    WorkersUnreachable, WorkersDiffer, WorkersDied, VideoOutOfReach
        And what keeps the first worker from opening its networks.
    """
    with ExitStack() as held:
        hire, workers = held.enter_context(_hiring(address, order))
        crew = held.enter_context(Crew(hire, workers))
        yield Split(crew, order, path, reader, address.segment)


def connection(address: WorkersAddress) -> AbstractContextManager[object]:
    """A connection to the cluster that outlives several splits; nothing for processes.

    Raises
    ------
    RayMissing, ClusterUnreachable
        When it is entered.
    """
    if address.host is None:
        return nullcontext()
    from service.split.on_ray import on_cluster

    return on_cluster(address)


@contextmanager
def _hiring(address: WorkersAddress, order: Order) -> Iterator[tuple[Hire, int]]:
    if address.host is None:
        yield partial(ProcessWorker, order), address.workers or 1
        return
    from service.split.on_ray import hiring

    with hiring(address, order) as (hire, workers):
        yield hire, workers
