"""What every way of propagating labels looks like from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from service.media.frame import Frame
from service.propagation.carried import CarriedFrame
from service.propagation.labels import Labels


class Propagator(Protocol):
    """Carries labels through the frames of one video; use one object for one video."""

    def check(self, labels: Labels) -> None:
        """Refuse labels that this way cannot carry, before any work.

        Raises
        ------
        LabelsUnsuitable
        """
        ...

    def __call__(self, frames: Iterable[Frame], labels: Labels) -> Iterator[CarriedFrame]:
        """One answer for each frame, in order.

        Parameters
        ----------
        frames
            All frames of the video, counted from 0, of one size; may raise a
            :class:`~service.errors.Problem` at its end, which is raised here after the last answer.
        labels
            Of that video.
        """
        ...
