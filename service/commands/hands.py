"""Who works on a file of the user's: this process, or workers together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from service.api.answer import poses_of
from service.commands.choices import make_engine
from service.engine import RunInfo
from service.media.limits import MediaLimits
from service.media.opened import Video
from service.media.reader import Reader
from service.networks.device import Device
from service.options import Options
from service.settings import Settings
from service.split.address import WorkersAddress
from service.split.fetch import is_address
from service.split.split import split
from service.split.task import Order
from service.temporal.pose import FramePoses

PosesOver: TypeAlias = Callable[[Video], AbstractContextManager[Iterator[FramePoses]]]
"""Gives all answers about an open video; when its block is left, the work has stopped."""


@dataclass(frozen=True, slots=True)
class Hands:
    """What is to be done, and by whom.

    Attributes
    ----------
    settings, options
        The operator's and the user's choices.
    workers
        None for this process.
    video
        Path or address.
    device
        The user's choice, for workers; None for theirs.
    """

    settings: Settings
    options: Options
    workers: WorkersAddress | None
    video: str
    device: Device | None = None

    @property
    def limits(self) -> MediaLimits:
        """What the user's own file may be."""
        return MediaLimits(max_pixels=self.settings.max_pixels)

    @contextmanager
    def at_work(self, path: Path, reader: Reader) -> Iterator[tuple[RunInfo, PosesOver]]:
        """Open networks, here or there, for as long as the block lasts; ``path`` is the video here."""
        if self.workers is None:
            with make_engine(self.settings) as engine:
                yield engine.describe(self.options), lambda video: poses_of(video, engine, self.options)
            return
        with split(self.workers, self._order(self.workers), path, reader) as shared:
            yield shared.run, lambda video: closing(iter(shared.join(video)))

    def _order(self, workers: WorkersAddress) -> Order:
        video = self.video if is_address(self.video) else str(Path(self.video).absolute())
        return Order(video, self.options, self.limits, True, self.device, workers.cpus)
